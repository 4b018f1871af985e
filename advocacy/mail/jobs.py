from advocacy.mail.sending import send_one
from advocacy.worker.loop import Job

JOBS = [Job("mail", send_one)]
