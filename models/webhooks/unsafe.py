"""Why nothing is sent to an address."""

from models.errors import ValidationProblem


class UnsafeTarget(ValidationProblem):
    """An address that nothing is sent to. Its subclasses say why."""

    code = "UNSAFE_TARGET"


class TargetMalformed(UnsafeTarget):
    code = "TARGET_MALFORMED"
    de = "Das ist keine Adresse, die wir lesen können. Sie sieht so aus: https://hooks.example.org/pfad"
    en = "This is no address that we can read. It looks like this: https://hooks.example.org/path"


class TargetNotHttps(UnsafeTarget):
    code = "TARGET_NOT_HTTPS"
    de = "Die Adresse muss mit https:// beginnen, damit niemand unterwegs mitliest."
    en = "The address must begin with https://, so that nobody reads along on the way."


class TargetHasCredentials(UnsafeTarget):
    code = "TARGET_HAS_CREDENTIALS"
    de = "Name und Passwort gehören nicht in die Adresse. Die Signatur zeigt, dass etwas von uns kommt."
    en = "Name and password do not belong into the address. The signature shows that something comes from us."


class TargetPort(UnsafeTarget):
    code = "TARGET_PORT"
    de = "Diesen Port sprechen wir nicht an. Bitte nehmt 443 oder fragt, welche noch erlaubt sind."
    en = "We do not speak to this port. Please take 443, or ask which others are allowed."


class TargetHost(UnsafeTarget):
    code = "TARGET_HOST"
    de = (
        "Diesen Rechnernamen sprechen wir nicht an: Er muss öffentlich sein, aus Kleinbuchstaben, Ziffern und "
        "Bindestrichen bestehen; Umlaute bitte als xn--…"
    )
    en = (
        "We do not speak to a host of this name: it must be public and consist of lower-case letters, digits and "
        "hyphens; other letters please as xn--…"
    )


class TargetPrivate(UnsafeTarget):
    code = "TARGET_PRIVATE"
    de = "Die Adresse führt in ein Netz, das nicht öffentlich ist. Dorthin senden wir nichts."
    en = "The address leads into a network that is not public. We send nothing there."


class TargetUnknown(UnsafeTarget):
    code = "TARGET_UNKNOWN"
    de = "Diesen Rechnernamen gibt es nicht. Bitte prüft die Schreibweise."
    en = "There is no host of this name. Please check the spelling."
