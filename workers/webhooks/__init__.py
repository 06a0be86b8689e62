"""Delivering webhooks: safely, endpoint by endpoint."""
