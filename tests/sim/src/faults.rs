//! What can go wrong, and how often it did.

use std::collections::BTreeMap;

macro_rules! faults {
    ($($variant:ident $text:literal;)*) => {
        /// One class of fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $(#[doc = $text] $variant,)* }

        impl Fault {
            /// Every class.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What it is.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

faults! {
    RequestDropped "request dropped";
    RequestCut "request cut at a byte";
    AnswerCut "answer cut at a byte";
    AnswerLost "answer lost whole";
    RequestTwice "request delivered twice";
    RequestLate "request delivered late, out of order";
    AnswerAltered "answer altered on the way";
    CaptivePortal "another page instead of the answer";
    PhoneKilledBetween "phone killed between two effects";
    PhoneKilledInCall "phone killed in a disk call";
    PhonePowerCut "phone power cut at rest";
    PhonePowerCutInCall "phone power cut in a disk call";
    PhoneKilled "phone killed at rest";
    PhoneDiskFull "phone disk full";
    PhoneDiskError "phone disk error";
    PhoneRestored "phone restored from a snapshot";
    EnrolmentAnswerLost "answer to an enrolment lost";
    ServerKilled "server killed at rest";
    ServerPowerCut "server power cut at rest";
    ServerKilledInCall "server killed in a disk call";
    ServerPowerCutInCall "server power cut in a disk call";
    ServerDiskFull "server disk full";
    ServerDiskError "server disk error";
    PhoneClockJump "phone clock jumps";
    ServerClockBack "server clock goes back";
    HostilePack "hostile pack pushed";
    OldServer "short form refused by an old server";
    OldPhone "request of an old phone";
    MembershipEnded "membership ended";
    MembershipBack "membership given back";
}

/// How often each class was hit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits(pub BTreeMap<Fault, u64>);

impl Hits {
    /// Counts one.
    pub fn hit(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }

    /// How often.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0.get(&fault).copied().unwrap_or(0)
    }

    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        for (fault, count) in &other.0 {
            *self.0.entry(*fault).or_default() += count;
        }
    }
}
