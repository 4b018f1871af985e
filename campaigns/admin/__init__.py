from campaigns.admin import demands, letters, officeholders, proposals, signatories

__all__ = ["demands", "letters", "officeholders", "proposals", "signatories"]
