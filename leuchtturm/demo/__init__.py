"""`leuchtturm demo`: the main job against a started system, from outside, step by step."""
