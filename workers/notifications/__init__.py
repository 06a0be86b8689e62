"""Notifications, brought to people: reminders arrive, each is sorted, mails are written and sent."""
