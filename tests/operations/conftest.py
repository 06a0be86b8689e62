import pytest

from models.site import Site
from workers.mail.caught import CaughtMailbox
from workers.work import Tools


@pytest.fixture
def tools() -> Tools:
    return Tools(site=Site(), mailer=CaughtMailbox())
