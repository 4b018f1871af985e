from campaigns.admin import demands, letters, officeholders, signatories

__all__ = ["demands", "letters", "officeholders", "signatories"]
