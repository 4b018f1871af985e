from advocacy.mail.webhooks import addresses

urlpatterns = addresses()
