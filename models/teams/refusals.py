"""What the rules of teams answer."""

from models.errors import Conflict, NotAllowed, ValidationProblem


class LastLead(Conflict):
    """A team never loses its last lead without a hand-over."""

    code = "LAST_LEAD"
    de = "Ein Team braucht jemanden in der Leitung. Bitte übergebt sie zuerst an ein anderes Mitglied."
    en = "A team needs somebody in the lead. Please hand it over to another member first."


class NotYours(NotAllowed):
    """Only the person concerned can answer."""

    code = "NOT_YOURS"
    de = "Das kann nur die Person tun, um die es geht."
    en = "Only the person concerned can do this."


class NoSuchPerson(ValidationProblem):
    """There is nobody with this handle whom the team could reach."""

    code = "NO_SUCH_PERSON"
    de = "Unter diesem Namen finden wir niemanden. Bitte prüft die Schreibweise."
    en = "We find nobody by this handle. Please check the spelling."


class AlreadyIn(Conflict):
    """The person is a member, invited, or waiting for an answer."""

    code = "ALREADY_IN"
    de = "Diese Person gehört schon dazu, ist eingeladen oder wartet auf eine Antwort."
    en = "This person belongs to the team already, is invited, or waits for an answer."


class NotInTeam(ValidationProblem):
    """The lead goes to an active member only."""

    code = "NOT_IN_TEAM"
    de = "Die Leitung kann nur an ein aktives Mitglied des Teams gehen."
    en = "Only an active member of the team can take the lead."


class TeamClosed(Conflict):
    """Nobody joins a team that is archived, or that nobody can see yet."""

    code = "TEAM_CLOSED"
    de = "Dieses Team nimmt zurzeit niemanden auf."
    en = "This team does not take anybody in at present."


class UnsafeLink(ValidationProblem):
    """Links of teams are https addresses of a public host, without a password in them."""

    code = "UNSAFE_LINK"
    de = "Bitte gebt eine vollständige Adresse an, die mit https:// beginnt und ohne Anmeldedaten auskommt."
    en = "Please give a full address that begins with https:// and has no credentials in it."


class TooManyLinks(ValidationProblem):
    code = "TOO_MANY_LINKS"
    de = "Zehn Links sind genug; bitte behaltet die wichtigsten."
    en = "Ten links are enough; please keep the most important ones."


class SlugTaken(Conflict):
    """Another team has this address, or had it: old addresses lead on to where the team went."""

    code = "SLUG_TAKEN"
    de = "Diese Adresse gehört schon zu einem Team. Bitte wählt eine andere."
    en = "This address belongs to a team already. Please choose another one."


class InvalidSlug(ValidationProblem):
    code = "INVALID_SLUG"
    de = "Eine Adresse besteht aus 2 bis 80 Zeichen: kleine Buchstaben, Ziffern und einzelne Bindestriche."
    en = "An address has 2 to 80 characters: small letters, digits and single hyphens."


class OfferOpen(Conflict):
    code = "OFFER_OPEN"
    de = "Dieser Person wurde die Leitung schon angeboten; sie hat noch nicht geantwortet."
    en = "This person has been offered the lead already and has not answered yet."


class LinkInvalid(ValidationProblem):
    code = "LINK_INVALID"
    de = "Dieser Link gilt nicht (mehr). Meldet euch an, dann könnt ihr euer Team auch so wieder zeigen."
    en = "This link is not valid (any more). Sign in, and you can show your team again that way."
