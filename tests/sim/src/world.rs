//! A universe: one server, two communes, four projects, three phones, an office.

use std::collections::{BTreeMap, BTreeSet};

use jawla_client::device::Standing;
use jawla_model::reference::{Commune, Period, Programme, ReferenceBundle};
use jawla_model::{DocumentId, IncarnationId, PersonId, Role, ScopeId};
use jawla_server::core::{OfficeAuthor, intake};
use jawla_server::enrolment::{self, InviteRequest, ServerAddress};
use jawla_server::import::Nature;
use jawla_sync::device::Speech;
use jawla_sync::enrol::decode_answer;

use crate::dice::Dice;
use crate::disk::Failure;
use crate::faults::{Fault, Hits};
use crate::hostile::Intruder;
use crate::link::LateCopy;
use crate::oracle::Oracle;
use crate::phone::Phone;
use crate::server::ServerHost;
use crate::stand_ins::TrueTime;
use crate::trace::{Trace, short};

/// The communes: A and B.
pub const COMMUNES: [&str; 2] = ["053110513", "053110515"];

/// Which phone is in which commune: one in A, one in B, one in both.
pub const MEMBERS: [&[usize]; 3] = [&[0], &[1], &[0, 1]];

/// Who is of an earlier day and knows the full form only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Old {
    Nobody,
    /// The server.
    Server,
    /// The server, until the faults stop: then it is brought up to date.
    ServerAtFirst,
    /// This phone.
    Phone(usize),
}

impl Old {
    /// Nobody in half of the seeds.
    pub const fn of_seed(seed: u64) -> Self {
        match seed % 10 {
            1 => Self::Server,
            3 => Self::ServerAtFirst,
            5 => Self::Phone(0),
            7 => Self::Phone(1),
            9 => Self::Phone(2),
            _ => Self::Nobody,
        }
    }
}

/// What happens beside the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    Ordinary,
    /// Memberships end and are given back.
    Members,
}

impl Story {
    /// Memberships change in one seed of four.
    pub const fn of_seed(seed: u64) -> Self {
        match seed % 8 {
            2 | 5 => Self::Members,
            _ => Self::Ordinary,
        }
    }
}

/// Everything there is.
pub struct Universe {
    pub seed: u64,
    pub story: Story,
    /// Who is of an earlier day.
    pub old: Old,
    pub dice: Dice,
    pub time: TrueTime,
    pub server: ServerHost,
    pub phones: Vec<Phone>,
    /// The scopes of the communes A and B.
    pub scopes: Vec<ScopeId>,
    /// The projects, two in each.
    pub documents: Vec<(DocumentId, ScopeId)>,
    pub office: OfficeAuthor,
    pub intruder: Intruder,
    /// Copies of requests that are still on their way.
    pub late: Vec<LateCopy>,
    pub oracle: Oracle,
    pub hits: Hits,
    pub trace: Trace,
    /// Numbers the values that people write, so that each can be found again.
    pub tokens: u64,
    /// What is planned for the disk of a phone, and of the server.
    pub plans: Plans,
    /// Phones whose person is no member of a scope of theirs now.
    pub out: BTreeSet<(usize, ScopeId)>,
    /// The highest request number that was answered, of each incarnation.
    pub answered: BTreeMap<IncarnationId, u64>,
}

/// Disk failures that wait for their call.
#[derive(Debug, Default)]
pub struct Plans {
    /// Of the phone that acts.
    pub phone: Option<Failure>,
    /// Of the server.
    pub server: Option<Failure>,
}

impl Universe {
    /// Makes the province and enrols the phones; nothing fails yet.
    pub fn new(seed: u64, trace: Trace) -> Self {
        Self::with_old(seed, trace, Old::Nobody)
    }

    /// The same, with somebody of an earlier day in it.
    pub fn with_old(seed: u64, trace: Trace, old: Old) -> Self {
        let mut dice = Dice::new(seed, "world");
        let time = TrueTime::default();
        let office = OfficeAuthor {
            person: PersonId(dice.bytes()),
            role: Role::Supervisor,
        };
        let phones: Vec<Phone> = (0..MEMBERS.len())
            .map(|number| Phone::new(seed, number, time.clone(), PersonId(dice.bytes())))
            .collect();
        let mut universe = Self {
            seed,
            story: Story::Ordinary,
            old,
            server: ServerHost::new(seed, time.clone()),
            oracle: Oracle::new(phones.len()),
            phones,
            scopes: Vec::new(),
            documents: Vec::new(),
            office,
            intruder: Intruder::new(Dice::new(seed, "intruder")),
            late: Vec::new(),
            hits: Hits::default(),
            trace,
            tokens: 0,
            plans: Plans::default(),
            out: BTreeSet::new(),
            answered: BTreeMap::new(),
            dice,
            time,
        };
        universe.found_province();
        for number in 0..universe.phones.len() {
            universe.phones[number].scopes = MEMBERS[number]
                .iter()
                .map(|at| universe.scopes[*at])
                .collect();
            if old == Old::Phone(number) {
                universe.phones[number].speech = Speech::Full;
            }
            universe.phones[number].open().expect("a new phone starts");
            universe.enrol(number);
            universe.sync_calmly(number);
            universe.observe(number);
        }
        universe
    }

    /// One more phone of a new person, enrolled into these scopes and up to date.
    pub fn add_phone(&mut self, scopes: Vec<ScopeId>) -> usize {
        let number = self.phones.len();
        let person = PersonId(self.dice.bytes());
        let mut phone = Phone::new(self.seed, number, self.time.clone(), person);
        phone.scopes = scopes;
        self.phones.push(phone);
        self.oracle.add_phone();
        self.phones[number].open().expect("a new phone starts");
        self.enrol(number);
        self.sync_calmly(number);
        number
    }

    fn found_province(&mut self) {
        let core = self.server.core();
        let now = self.server.now();
        let mut csv =
            "code_das;intitule_fr;intitule_ar;phase;programme;annee;nature;commune\n".to_owned();
        for (at, commune) in COMMUNES.iter().enumerate() {
            for nature in ["TRAVAUX", "ACTION"] {
                let code = format!("P{at}{nature}");
                csv += &format!("{code};Projet simulé {code};;III;P1;2024;{nature};{commune}\n");
            }
        }
        let report = intake::take_in(
            &core,
            self.office,
            csv.as_bytes(),
            &bundle(),
            Nature::Real,
            now,
        )
        .expect("projects come in");
        assert_eq!(report.refusals, [], "projects come in");
        let held = core.store().list_scopes().expect("the store reads");
        for commune in COMMUNES {
            let scope = held.iter().find(|held| held.draft.communes == commune);
            self.scopes
                .push(scope.expect("a commune has a scope").draft.scope);
        }
        for (_, document) in report.imported {
            let found = core
                .store()
                .find_document(document)
                .expect("the store reads");
            self.documents
                .push((document, found.expect("it was imported").scope));
        }
        self.trace.note(format!("province {:?}", self.scopes));
    }

    /// A fresh invitation for a phone's person, as text.
    pub fn invite(&mut self, number: usize) -> String {
        let phone = &self.phones[number];
        let request = InviteRequest {
            person: Some(phone.person),
            name_fr: format!("Agent {number}"),
            name_ar: String::new(),
            role: Role::TeamMember,
            scopes: phone.scopes.clone(),
            life_s: 3_600,
        };
        let core = self.server.core();
        enrolment::invite(&core, &request, &address(), self.server.now())
            .expect("an invitation is made")
            .text()
    }

    /// Enrols a phone, anew when it was enrolled before; its answer may be lost once.
    pub fn enrol(&mut self, number: usize) {
        let text = self.invite(number);
        let attempt = self.phones[number]
            .device()
            .attempt_enrolment(&text, "Sim")
            .expect("it is invited");
        let core = self.server.core();
        if self.phones[number].life > 1 && self.dice.one_in(2) {
            let _ = enrolment::enrol(&core, &attempt.body, self.server.now());
            self.hits.hit(Fault::EnrolmentAnswerLost);
        }
        let answer = enrolment::enrol(&core, &attempt.body, self.server.now());
        let enrolled = decode_answer(&answer)
            .expect("the answer reads")
            .expect("it is let in");
        let device = self.phones[number].device();
        device
            .complete_enrolment(&attempt, &enrolled)
            .expect("the enrolment is kept");
        assert_eq!(device.standing(), Standing::Enrolled);
        let incarnation = device.row().expect("the row is there").incarnation;
        // An invitation makes a member of whoever was one before.
        self.out.retain(|(of, _)| *of != number);
        self.trace.note(format!(
            "phone {number} enrolled as {}",
            short(&incarnation.0)
        ));
    }
}

/// Where the server would be.
pub fn address() -> ServerAddress {
    ServerAddress {
        base_url: "https://sim.example".into(),
        tls_pin: [7; 32],
    }
}

/// The two communes and what a project's line needs beside them.
pub fn bundle() -> ReferenceBundle {
    let commune = |(at, code): (usize, &&str)| Commune {
        code: (*code).to_owned(),
        name_fr: format!("Commune {at}"),
        name_ar: format!("جماعة {at}"),
        urban: false,
        cercle: None,
        population_2024: 1,
        households_2024: 1,
        population_2014: 1,
    };
    ReferenceBundle {
        version: 1,
        periods: vec![Period {
            code: "III".into(),
            name_fr: "Phase III".into(),
            name_ar: String::new(),
            from_year: 2019,
            to_year: None,
        }],
        programmes: vec![Programme {
            code: "III-P1".into(),
            period: "III".into(),
            name_fr: "Programme 1".into(),
            name_ar: String::new(),
        }],
        communes: COMMUNES.iter().enumerate().map(commune).collect(),
        ..ReferenceBundle::default()
    }
}
