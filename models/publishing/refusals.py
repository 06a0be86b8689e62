"""What the rules of publishing answer."""

from models.errors import Conflict, ValidationProblem


class NotPublishable(ValidationProblem):
    """The findings of the check say why; they stand on the post."""

    code = "NOT_PUBLISHABLE"
    de = "Dieser Beitrag hat noch Fehler. Die Hinweise am Beitrag sagen, welche."
    en = "This post still has errors. The findings on the post say which."


class PreviewOutdated(Conflict):
    code = "PREVIEW_OUTDATED"
    de = "Der Beitrag sieht inzwischen anders aus als das, was ihr gesehen habt. Bitte seht ihn euch noch einmal an."
    en = "The post looks different from what you have seen. Please look at it again."


class SameContent(Conflict):
    """The same words on the same channel within seven days (C10.2)."""

    code = "SAME_CONTENT"
    de = "Derselbe Inhalt stand auf diesem Kanal schon in den letzten 7 Tagen. Mit einer Begründung geht es trotzdem."
    en = "The same content was on this channel in the last 7 days already. With a reason it is possible all the same."


class StillStanding(Conflict):
    code = "STILL_STANDING"
    de = "Der bisherige Beitrag ist noch unterwegs oder öffentlich. Bitte brecht ihn zuerst ab oder zieht ihn zurück."
    en = "The previous post is still on its way or public. Please cancel or retract it first."


class OwnWording(Conflict):
    code = "OWN_WORDING"
    de = "Vier Augen: Wer den Beitrag umformuliert hat, gibt ihn nicht selbst frei."
    en = "Four eyes: whoever has reworded the post does not approve it."


class StoryNotApproved(Conflict):
    code = "STORY_NOT_APPROVED"
    de = "Die Geschichte ist noch nicht freigegeben. Beiträge lassen sich erst danach freigeben."
    en = "The story is not approved yet. Posts can be approved after that."
