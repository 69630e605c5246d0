//! An office in a state: an ordinary day of a supervisor, and what differs from it.

use std::sync::Arc;

use jawla_model::{Language, Role};
use jawla_office::{SignInRefusal, router};

use crate::browser::{Browser, a_province};
use crate::fake::{
    self, FakeCommands, FakeDossiers, FakeGate, FakeImports, FakePreferences, FakeTeams, FakeViews,
};

/// Who stands before the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// Somebody at work.
    AtWork(Role),
    /// Nobody the office knows.
    Stranger,
}

/// Everything that a page of the office can be about.
pub struct World {
    pub visitor: Visitor,
    pub views: FakeViews,
    pub dossiers: FakeDossiers,
    pub commands: FakeCommands,
    pub teams: FakeTeams,
    pub imports: FakeImports,
    pub preferences: FakePreferences,
    pub sign_in: Option<SignInRefusal>,
}

impl World {
    /// An ordinary day: five projects, two visits, a supervisor at work.
    pub fn day() -> Self {
        Self {
            views: a_province(),
            ..Self::empty()
        }
    }

    /// The first day: nothing there yet.
    pub fn empty() -> Self {
        Self {
            visitor: Visitor::AtWork(Role::Supervisor),
            views: FakeViews::default(),
            dossiers: FakeDossiers::default(),
            commands: FakeCommands::default(),
            teams: FakeTeams::default(),
            imports: FakeImports::default(),
            preferences: FakePreferences::default(),
            sign_in: None,
        }
    }

    /// The same, seen by somebody else.
    pub fn seen_by(self, role: Role) -> Self {
        Self {
            visitor: Visitor::AtWork(role),
            ..self
        }
    }

    /// The same, seen by nobody the office knows.
    pub fn seen_by_a_stranger(self) -> Self {
        Self {
            visitor: Visitor::Stranger,
            ..self
        }
    }

    /// The browser of whoever stands there, in a language.
    pub fn open(self, language: Language) -> Browser {
        let role = match self.visitor {
            Visitor::AtWork(role) => Some(role),
            Visitor::Stranger => None,
        };
        let gate = Arc::new(FakeGate {
            role,
            refusal: self.sign_in,
            ..FakeGate::default()
        });
        let mut office = fake::office(Arc::new(self.views), Arc::clone(&gate));
        office.dossiers = Arc::new(self.dossiers);
        office.commands = Arc::new(self.commands);
        office.teams = Arc::new(self.teams);
        office.imports = Arc::new(self.imports);
        office.preferences = Arc::new(self.preferences);
        let session = match self.visitor {
            Visitor::AtWork(_) => "jawla-local=session-0; ",
            Visitor::Stranger => "",
        };
        gate.sessions.lock().unwrap().insert("session-0".to_owned());
        Browser {
            router: router(office),
            gate,
            connection: None,
            cookie: Some(format!("{session}jawla-langue={}", language.code())),
        }
    }
}
