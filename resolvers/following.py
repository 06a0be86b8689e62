"""What a member follows: begin, end, and the list."""

import strawberry

import models
from models.access import visible
from models.following import Topic, stop_following
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.following import (
    Follow,
    FollowTopicInput,
    FollowTopicPayload,
    UnfollowTopicInput,
    UnfollowTopicPayload,
)
from schema.paging import Connection, Page


@strawberry.type
class FollowingQuery:
    @reads(Connection[Follow])
    def my_follows(self, info: Info) -> Page[models.Follow]:
        """What you follow, the latest first."""
        return Page(visible(models.Follow.all(), info.context.viewer), order=("-id",))


@strawberry.type
class FollowingMutation:
    @verb(FollowTopicPayload)
    async def follow_topic(self, info: Info, input: FollowTopicInput) -> FollowTopicPayload:
        """Hear of a topic's news and open questions in your digest. Saying so twice changes nothing."""
        topic = Topic(input.block_id, input.field_of_action_id, input.team_id, input.news, input.skill_id)
        follow = await models.Follow.begin(topic, by=info.context.viewer)
        return FollowTopicPayload(follow=shown(follow))

    @verb(UnfollowTopicPayload)
    async def unfollow_topic(self, info: Info, input: UnfollowTopicInput) -> UnfollowTopicPayload:
        """Hear no more of it; it need not be there."""
        await stop_following(input.id, by=info.context.viewer, now=info.context.now)
        return UnfollowTopicPayload(id=input.id)
