//! Accounts: who may act, in which roles, for which organisation; and the tokens that machines show.

use crate::{
    AccountId, OdsCode, Violation, Violations,
    codes::codes,
    role::{Actor, Role},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

codes! {
    /// Who stands behind an account.
    AccountKind {
        /// Somebody who signs in with an issuer of identities.
        Person,
        /// A program: it shows a service token or a client certificate, and has the role SERVICE beside the others.
        Machine,
    }
}

/// What an account may do, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The organisation it acts for.
    pub organisation: Option<OdsCode>,
    /// Its roles; neither PUBLIC, which everybody is, nor SERVICE, which a machine is by being one.
    pub roles: BTreeSet<Role>,
}

impl Grant {
    /// Nothing, for nobody.
    pub fn none() -> Self {
        Self::default()
    }

    /// Notes what is wrong with it: roles that nobody is granted, and roles of a body's own people without a body.
    pub fn check(&self, found: &mut Violations) {
        for role in [Role::Public, Role::Service].into_iter().filter(|role| self.roles.contains(role)) {
            let expected =
                "a role that is granted: everybody is PUBLIC, and a machine account is SERVICE by itself";
            found.push(Violation::new("roles", "GRANTED_ROLE", role, expected));
        }
        let bound = [Role::Registrar, Role::ProviderUser].into_iter().find(|role| self.roles.contains(role));
        if let Some(role) = bound.filter(|_| self.organisation.is_none()) {
            let expected = format!("the code of the organisation that the {role} acts for");
            found.push(Violation::new("organisation", "REQUIRED", "", expected));
        }
    }
}

/// Who somebody is to an issuer of identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerIdentity {
    /// The issuer's address, as its tokens name it (`iss`).
    pub issuer: String,
    /// The issuer's key of the person (`sub`); never shown or logged.
    pub subject: String,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its key: opaque for people, chosen for machines.
    pub id: AccountId,
    /// Who stands behind it.
    pub kind: AccountKind,
    /// Its name in words; personal data, shown to the person and to ADMIN alone.
    pub display_name: String,
    /// What an ADMIN granted.
    pub granted: Grant,
    /// What the issuer's claims gave at the last sign-in.
    pub claimed: Grant,
    /// Who it is to an issuer; people have one.
    pub identity: Option<IssuerIdentity>,
    /// SHA-256 of the client certificate that it shows, in hexadecimal; machines may have one.
    pub certificate: Option<String>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Since when it may do nothing any more.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Counts its changes, for its etag.
    pub revision: u32,
}

/// What the audit log keeps of an account: nothing that tells who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// Its key.
    pub id: AccountId,
    /// Who stands behind it.
    pub kind: AccountKind,
    /// What an ADMIN granted.
    pub granted: Grant,
    /// What the issuer's claims gave.
    pub claimed: Grant,
    /// SHA-256 of its client certificate.
    pub certificate: Option<String>,
    /// Whether it may do nothing any more.
    pub disabled: bool,
}

impl Account {
    /// Longest name in words, in characters.
    pub const MAX_NAME: usize = 200;

    /// Resource name.
    pub fn name(&self) -> String {
        format!("accounts/{}", self.id)
    }

    /// Who acts when it acts: with what was granted and what was claimed.
    pub fn actor(&self) -> Actor {
        self.acting_with(&self.claimed)
    }

    /// Who acts when it acts with these claims in the place of those of its last sign-in.
    pub fn acting_with(&self, claimed: &Grant) -> Actor {
        let mut roles: BTreeSet<Role> = self.granted.roles.union(&claimed.roles).copied().collect();
        if self.kind == AccountKind::Machine {
            roles.insert(Role::Service);
        }
        let organisation = self.granted.organisation.as_ref().or(claimed.organisation.as_ref()).cloned();
        Actor { account: self.id.to_string(), organisation, roles }
    }

    /// Whether it may act at all.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// What the audit log keeps of it.
    pub fn state(&self) -> AccountState {
        AccountState {
            id: self.id.clone(),
            kind: self.kind,
            granted: self.granted.clone(),
            claimed: self.claimed.clone(),
            certificate: self.certificate.clone(),
            disabled: !self.is_enabled(),
        }
    }

    /// Notes what is wrong with what an ADMIN gives it.
    pub fn check(&self, found: &mut Violations) {
        found.text("display_name", &self.display_name, Self::MAX_NAME);
        found.require(!self.display_name.trim().is_empty(), || {
            Violation::new("display_name", "REQUIRED", "", "a name in words")
        });
        self.granted.check(found);
        if let Some(certificate) = &self.certificate {
            let is_digest = certificate.len() == 64
                && certificate.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            found.require(is_digest, || {
                let expected = "the SHA-256 of the certificate (DER) in 64 lower-case hexadecimal digits";
                Violation::new("certificate", "FINGERPRINT", certificate, expected)
            });
        }
        if self.kind == AccountKind::Machine {
            found.require(!self.granted.roles.is_empty(), || {
                Violation::new("roles", "REQUIRED", "", "at least one role: SERVICE alone may do nothing")
            });
        } else {
            found.require(self.certificate.is_none(), || {
                Violation::new(
                    "certificate",
                    "MACHINE",
                    "",
                    "nothing: people sign in, machines show certificates",
                )
            });
        }
    }
}

/// A secret that a machine shows. Only its digest is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceToken {
    /// Its key.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// What it is for, in words.
    pub label: String,
    /// SHA-256 of the secret, in hexadecimal; stays in its table.
    #[serde(skip)]
    pub digest: String,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Which account made it.
    pub created_by: String,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// Since when it is refused, before its time.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The last day on which it was shown.
    pub last_used_on: Option<NaiveDate>,
}

/// What the audit log keeps of a service token: not its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTokenState {
    /// Its key.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// Whether it is refused before its time.
    pub revoked: bool,
}

impl ServiceToken {
    /// Longest life of a token.
    pub const LONGEST: TimeDelta = TimeDelta::days(366);
    /// Longest label, in characters.
    pub const MAX_LABEL: usize = 100;

    /// Resource name.
    pub fn name(&self) -> String {
        format!("accounts/{}/tokens/{}", self.account, self.id)
    }

    /// Whether it is good at a moment.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// What the audit log keeps of it.
    pub fn state(&self) -> ServiceTokenState {
        ServiceTokenState {
            id: self.id,
            account: self.account.clone(),
            expires_at: self.expires_at,
            revoked: self.revoked_at.is_some(),
        }
    }

    /// Notes what is wrong with a token that is to be made now.
    pub fn check(&self, now: DateTime<Utc>, found: &mut Violations) {
        Self::check_new(&self.label, self.expires_at, now, found);
    }

    /// Notes what is wrong with the label and the end of a token that is to be made now.
    pub fn check_new(label: &str, expires_at: DateTime<Utc>, now: DateTime<Utc>, found: &mut Violations) {
        found.text("label", label, Self::MAX_LABEL);
        let latest = now + Self::LONGEST;
        found.require(expires_at > now && expires_at <= latest, || {
            let expected =
                format!("a moment after now and not after {}", latest.format("%Y-%m-%dT%H:%M:%SZ"));
            Violation::new("expires_at", "RANGE", expires_at.format("%Y-%m-%dT%H:%M:%SZ"), expected)
        });
    }
}

/// How long a session of a browser lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: TimeDelta,
    /// At all.
    pub longest: TimeDelta,
}

/// Somebody signed in with a browser. Its key is a secret of that browser's; only the key's digest is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its key, in hexadecimal.
    pub digest: String,
    /// Who signed in: an account's key, or a demo identity's.
    pub account: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// What the issuer said, to be shown to it when the session ends.
    pub id_token: Option<String>,
}

impl Session {
    /// Whether it lasts at a moment.
    pub fn lasts(&self, limits: SessionLimits, now: DateTime<Utc>) -> bool {
        now < self.seen_at + limits.idle && now < self.created_at + limits.longest
    }
}

#[cfg(test)]
mod tests;
