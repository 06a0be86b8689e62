-- What PostGraphile's users write beside their tables: a mutation is a function that returns its row.
CREATE FUNCTION create_story_lead(team_id uuid, language text, headline text, teaser text, body text) RETURNS story AS $$
DECLARE
  made story;
  person uuid := current_setting('bench.person')::uuid;
BEGIN
  INSERT INTO story (id, created_at, updated_at, version, team_id, author_id, last_editor_id, title, slug, tags, state,
    text_hash, review_note, correction_de, correction_en)
  VALUES (gen_random_uuid(), now(), now(), 1, team_id, person, person, headline, 'lead-' || gen_random_uuid(), '[]',
    'lead', '', '', '', '') RETURNING * INTO made;
  INSERT INTO story_text (id, created_at, updated_at, version, story_id, language, headline, teaser, body, body_html)
  VALUES (gen_random_uuid(), now(), now(), 1, made.id, lower(language), headline, teaser, body, body);
  INSERT INTO audit_event (id, created_at, updated_at, version, actor_id, action, subject_kind, subject_id, before,
    after, note, request_id, at)
  VALUES (gen_random_uuid(), now(), now(), 1, person, 'lead', 'story', made.id, '', 'lead', '', '', now());
  INSERT INTO outbox_event (id, created_at, updated_at, version, type, subject_kind, subject_id, team_id, visible_to,
    payload, at)
  VALUES (gen_random_uuid(), now(), now(), 1, 'story.lead', 'story', made.id, team_id, 'staff', '{}', now());
  PERFORM pg_notify('bell', '');
  RETURN made;
END
$$ LANGUAGE plpgsql VOLATILE;
