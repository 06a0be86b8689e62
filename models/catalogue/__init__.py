"""Every type of event, declared once: what it is called, who may see it, what its payload holds, in both languages.

What follows an arrow of a transition table is derived from the table; what is recorded besides stands in `recorded.py`.
"""

from models.catalogue.catalogue import EventType, catalogue
from models.catalogue.checking import Undeclared, objections, watch
from models.catalogue.forms import Field, Form
from models.catalogue.versions import VERSION

__all__ = ["VERSION", "EventType", "Field", "Form", "Undeclared", "catalogue", "objections", "watch"]
