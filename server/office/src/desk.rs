//! What the office's pages order of the server beside [`jawla_views::Commands`]: teams and their
//! phones, photos in full, what a person keeps for themselves.

use async_trait::async_trait;
use bytes::Bytes;
use jawla_model::{Hash32, IncarnationId, Language, PersonId, Role, ScopeId};

/// Why an order of the office was not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// This role may not.
    #[error("this role may not do that")]
    NotAllowed,
    /// What it is about does not exist (any more).
    #[error("what the order is about does not exist")]
    NotFound,
    /// A field of the form cannot stand: its name, and the key of the text that says why.
    #[error("the field {field} cannot stand: {why}")]
    BadField {
        /// The field of the form.
        field: &'static str,
        /// The key of a text.
        why: &'static str,
    },
    /// No address for phones is known: the server has not announced one.
    #[error("no address for phones is known")]
    NoAddress,
    /// Busy or failed; ask again, or the administrator.
    #[error("the server cannot do it now")]
    Unavailable,
}

/// How a phone stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneState {
    /// In use.
    Active,
    /// Known twice: one of the two is a copy.
    Cloned,
    /// Its rights were withdrawn.
    Revoked,
}

/// What a phone said of itself when it last asked the server: known as of then, no later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneSaid {
    /// When, seconds since 1970 UTC.
    pub at_s: u64,
    /// Version of the app.
    pub version: String,
    /// Changes that still waited on it.
    pub changes: u64,
    /// Files that still waited on it.
    pub files: u64,
}

/// One phone in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneListed {
    /// This life of its store.
    pub incarnation: IncarnationId,
    /// Whose.
    pub person: PersonId,
    /// French name.
    pub name_fr: String,
    /// Arabic name; may be empty.
    pub name_ar: String,
    /// What its person called it.
    pub device_name: String,
    /// When it was enrolled, seconds since 1970 UTC.
    pub enrolled_at_s: u64,
    /// When it was last heard of.
    pub seen_at_s: u64,
    /// Names of its scopes with the role in each: French, Arabic, role.
    pub scopes: Vec<(String, String, Role)>,
    /// How it stands.
    pub state: PhoneState,
    /// What it last said of itself; none while it has not.
    pub said: Option<PhoneSaid>,
    /// The four words of its last receipt, as numbers of the word list.
    pub receipt: Option<[u8; 4]>,
}

/// A person of the teams, with their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// Who.
    pub person: PersonId,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
    /// Role by scope.
    pub places: Vec<(ScopeId, Role)>,
}

/// A log that people can be members of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The log.
    pub scope: ScopeId,
    /// French name.
    pub name_fr: String,
    /// Arabic name.
    pub name_ar: String,
}

/// A new person to invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteOrder {
    /// French name.
    pub name_fr: String,
    /// Arabic name; may be empty.
    pub name_ar: String,
    /// The role in each place.
    pub role: Role,
    /// The places.
    pub scopes: Vec<ScopeId>,
}

/// A one-time invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationMade {
    /// What the phone scans or pastes.
    pub text: String,
    /// Until when it is good, seconds since 1970 UTC.
    pub expires_s: u64,
}

/// Teams and their phones.
#[async_trait]
pub trait Teams: Send + Sync {
    /// Every phone, newest contact first.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`].
    async fn phones(&self) -> Result<Vec<PhoneListed>, DeskError>;

    /// Everybody who is a member somewhere, by French name.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`].
    async fn members(&self) -> Result<Vec<TeamMember>, DeskError>;

    /// The places, by name.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`].
    async fn places(&self) -> Result<Vec<Place>, DeskError>;

    /// Makes an invitation for a new person.
    ///
    /// # Errors
    /// [`DeskError`].
    async fn invite(&self, by: PersonId, order: InviteOrder) -> Result<InvitationMade, DeskError>;

    /// Makes an invitation for another phone of a known person: it lets that phone into the
    /// places the person has when it is used, in the roles they have there.
    ///
    /// # Errors
    /// [`DeskError::BadField`] also for a person without a place, or with a role that the one who
    /// orders may not give.
    async fn invite_phone(
        &self,
        by: PersonId,
        person: PersonId,
    ) -> Result<InvitationMade, DeskError>;

    /// Withdraws the rights of a phone at once.
    ///
    /// # Errors
    /// [`DeskError`].
    async fn revoke(&self, by: PersonId, phone: IncarnationId) -> Result<(), DeskError>;

    /// Makes a person a member of a place in a role, changes the role, or ends the membership
    /// (`None`).
    ///
    /// # Errors
    /// [`DeskError`].
    async fn set_place(
        &self,
        by: PersonId,
        person: PersonId,
        scope: ScopeId,
        role: Option<Role>,
    ) -> Result<(), DeskError>;
}

/// A filter that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// The query of its address, without `?`.
    pub query: String,
}

/// What a person keeps for themselves.
#[async_trait]
pub trait Preferences: Send + Sync {
    /// The language chosen; none until it was.
    async fn language(&self, person: PersonId) -> Option<Language>;

    /// Keeps the language.
    ///
    /// # Errors
    /// [`DeskError::Unavailable`].
    async fn set_language(&self, person: PersonId, language: Language) -> Result<(), DeskError>;

    /// The views of a list of projects that a person saved, by name; at most fifty.
    async fn views(&self, person: PersonId) -> Vec<SavedView>;

    /// Keeps a view under its name, in place of an earlier one.
    ///
    /// # Errors
    /// [`DeskError`].
    async fn save_view(&self, person: PersonId, view: SavedView) -> Result<(), DeskError>;

    /// Forgets a view.
    ///
    /// # Errors
    /// [`DeskError`].
    async fn drop_view(&self, person: PersonId, name: &str) -> Result<(), DeskError>;
}

/// Photos in full.
#[async_trait]
pub trait LargePhotos: Send + Sync {
    /// The working copy (JPEG, at most 1600 px) by its hash; `None` when it has not arrived.
    async fn photo(&self, hash: Hash32) -> Option<Bytes>;
}
