//! Roles and what each may write. Decided on arrival at the server; never part of a document.

use crate::schema::Writers;
use crate::state::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// The nine roles.
    Role {
        TeamMember "team_member" "Membre d'équipe" "عضو الفريق";
        TeamLead "team_lead" "Responsable d'équipe" "مسؤول الفريق";
        CommissionMember "commission_member" "Membre de commission" "عضو اللجنة";
        Supervisor "supervisor" "Suivi et évaluation" "التتبع والتقييم";
        Finance "finance" "Finances" "المالية";
        HeadOfDivision "head_of_division" "Chef de division" "رئيس القسم";
        Controller "controller" "Contrôleur" "مراقب";
        Administrator "administrator" "Administrateur" "مدير النظام";
        Auditor "auditor" "Auditeur" "مدقق";
    }
}

impl Role {
    /// The role's number on the wire and in a certificate, for ever.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The role with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Whether this role writes from the office.
    pub const fn is_office(self) -> bool {
        matches!(
            self,
            Role::Supervisor | Role::Finance | Role::HeadOfDivision | Role::Administrator
        )
    }

    /// Whether this role may write a field with these writers.
    pub const fn may_write(self, writers: Writers) -> bool {
        match writers {
            Writers::Office => self.is_office(),
            Writers::Team => {
                self.is_office()
                    || matches!(
                        self,
                        Role::TeamMember | Role::TeamLead | Role::CommissionMember
                    )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_office_reviews_and_readers_write_nothing() {
        for role in Role::ALL {
            assert_eq!(Role::from_number(role.number()), Some(*role));
        }
        assert!(Role::Supervisor.may_write(Writers::Office));
        assert!(!Role::TeamLead.may_write(Writers::Office));
        assert!(Role::CommissionMember.may_write(Writers::Team));
        for reader in [Role::Controller, Role::Auditor] {
            assert!(!reader.may_write(Writers::Team), "{reader:?}");
        }
    }
}
