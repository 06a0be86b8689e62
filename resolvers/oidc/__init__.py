"""OpenID Connect: what a provider says about itself, and what it says about somebody, fetched and verified."""

from resolvers.oidc.provider import Provider, ProviderSettings

__all__ = ["Provider", "ProviderSettings"]
