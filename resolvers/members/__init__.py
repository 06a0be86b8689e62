"""Members: root fields about people, about oneself, and for those who look after members."""

import strawberry

from resolvers.members.looking_after import LookingAfterMutation
from resolvers.members.profiles import ProfileMutation
from resolvers.members.reading import MemberQuery
from resolvers.members.sessions import redeem_link, request_link, sign_out, signed_in
from resolvers.members.signing_in import SignInMutation


@strawberry.type
class MemberMutation(SignInMutation, ProfileMutation, LookingAfterMutation):
    pass


__all__ = ["MemberMutation", "MemberQuery", "redeem_link", "request_link", "sign_out", "signed_in"]
