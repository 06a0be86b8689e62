"""A story as one channel would show it: the one renderer that serves preview, approval and sending."""

from models.language import Language
from models.publishing.channels import Channel
from models.publishing.rendering import Picture, Rendered, StoryView, missing_variant, rendered
from models.stories.parts import Asset, StoryText
from models.stories.story import Story


async def preview(story: Story, channel: Channel, language: Language, link: str, wording: str = "") -> Rendered:
    """Render the story for a channel under the given link. Reads rows, changes nothing."""
    told = await StoryText.filter(story_id=story.id, language=language).first()
    if told is None:
        return missing_variant(language)
    view = StoryView(
        language=language,
        headline=told.headline,
        teaser=told.teaser,
        link=link,
        tags=story.tags,
        pictures=await pictures(story, language),
        wording=wording,
    )
    return rendered(view, channel.network)


async def pictures(story: Story, language: Language) -> list[Picture]:
    """The story's pictures with their alternative texts in a language."""
    images = await Asset.filter(story_id=story.id).order_by("position", "id")
    return [Picture(image.sha256, image.media_type, image.alt(language), image.decorative) for image in images]
