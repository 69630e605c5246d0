//! The people of the demonstration. Nobody is real: given names and family names are combined by
//! chance, and every name says that it is made up.

mod names;

use crate::dice::{Dice, apportion};
use crate::habits::Habits;
use crate::places::{self, Commune};
use crate::texts::Language;

/// What a person does, one of the nine roles of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonRole {
    /// Goes on visits.
    TeamMember,
    /// Goes on visits and answers for a team.
    TeamLead,
    /// Sits in a commission that receives works.
    CommissionMember,
    /// Reviews visits for the province.
    Supervisor,
    /// Keeps the money's facts.
    Finance,
    /// Heads the division.
    HeadOfDivision,
    /// Verifies, changes nothing.
    Controller,
    /// Keeps users, phones and backups.
    Administrator,
    /// Reads the logs.
    Auditor,
}

impl PersonRole {
    /// Its code in the model.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TeamMember => "team_member",
            Self::TeamLead => "team_lead",
            Self::CommissionMember => "commission_member",
            Self::Supervisor => "supervisor",
            Self::Finance => "finance",
            Self::HeadOfDivision => "head_of_division",
            Self::Controller => "controller",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

/// Somebody of the demonstration.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// A name to sign in with: ASCII, short, unique in its population.
    pub login: String,
    /// Name in French, marked as demonstration.
    pub name_fr: String,
    /// The same name in Arabic, marked as demonstration.
    pub name_ar: String,
    /// What the person does.
    pub role: PersonRole,
    /// Nine-digit codes of the communes that the person works in: one to five for the field, all
    /// for the office.
    pub communes: Vec<String>,
    /// How the person works.
    pub habits: Habits,
}

/// How many people there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PopulationSize {
    /// Team members and leads; one in five leads.
    pub field_workers: u16,
    /// Supervisors.
    pub supervisors: u16,
}

impl PopulationSize {
    /// The province: 80 phones and six supervisors, with one person in each other role.
    pub const fn province() -> Self {
        Self {
            field_workers: 80,
            supervisors: 6,
        }
    }

    /// The demonstration: five phones and a supervisor.
    pub const fn demo() -> Self {
        Self {
            field_workers: 5,
            supervisors: 1,
        }
    }
}

/// Everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// Field workers first, then supervisors, then one person for each other role.
    pub people: Vec<Person>,
}

impl Population {
    /// The population of that seed. Field workers are shared out over the communes by population,
    /// the rural ones first; every commune of a worker lies in one cercle.
    pub fn from_seed(seed: u64, size: PopulationSize) -> Self {
        let mut dice = Dice::new(seed, "people");
        let homes = homes(usize::from(size.field_workers));
        let field = homes.into_iter().enumerate().map(|(number, home)| {
            let role = if number % 5 == 0 {
                PersonRole::TeamLead
            } else {
                PersonRole::TeamMember
            };
            (role, Some(home))
        });
        let supervisors = (0..size.supervisors).map(|_| (PersonRole::Supervisor, None));
        let others = [
            PersonRole::CommissionMember,
            PersonRole::Finance,
            PersonRole::HeadOfDivision,
            PersonRole::Controller,
            PersonRole::Administrator,
            PersonRole::Auditor,
        ];
        let others = others.into_iter().map(|role| (role, None));
        let roles: Vec<_> = field.chain(supervisors).chain(others).collect();
        let people = roles
            .into_iter()
            .enumerate()
            .map(|(number, (role, home))| person(&mut dice, number, role, home))
            .collect();
        Self { people }
    }

    /// The people with that role.
    pub fn with_role(&self, role: PersonRole) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.role == role)
    }

    /// The people who go on visits.
    pub fn field_workers(&self) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(|person| matches!(person.role, PersonRole::TeamMember | PersonRole::TeamLead))
    }
}

/// The home commune of each field worker. Teams follow dossiers, and those are rural more often
/// than people: a rural inhabitant counts three times.
fn homes(workers: usize) -> Vec<&'static Commune> {
    let weights: Vec<u64> = places::communes()
        .iter()
        .map(|commune| commune.population_2024 * if commune.is_rural() { 3 } else { 1 })
        .collect();
    let parts = apportion(workers as u64, &weights);
    let mut homes = Vec::with_capacity(workers);
    for (commune, part) in places::communes().iter().zip(parts) {
        homes.extend((0..part).map(|_| commune));
    }
    homes
}

fn person(
    dice: &mut Dice,
    number: usize,
    role: PersonRole,
    home: Option<&'static Commune>,
) -> Person {
    let name = names::name(dice);
    let communes = match home {
        Some(home) => team_communes(dice, home),
        None => places::communes()
            .iter()
            .map(|commune| commune.code.clone())
            .collect(),
    };
    // 99.8 % of readers read Arabic, half of them French: most notes of the field are Arabic.
    let language = match home {
        Some(_) if dice.chance(65) => Language::Arabic,
        _ => Language::French,
    };
    Person {
        login: format!("{}{}", role.code().replace('_', "-"), number + 1),
        name_fr: format!("{} {} (démonstration)", name.given_fr, name.family_fr),
        name_ar: format!("{} {} (تجريبي)", name.given_ar, name.family_ar),
        role,
        communes,
        habits: Habits::draw(dice, language),
    }
}

/// The home and up to two others of its cercle.
fn team_communes(dice: &mut Dice, home: &Commune) -> Vec<String> {
    let mut others: Vec<&Commune> = places::communes()
        .iter()
        .filter(|other| home.is_rural() && other.cercle_code == home.cercle_code)
        .filter(|other| other.code != home.code)
        .collect();
    dice.shuffle(&mut others);
    let more = dice.below(3) as usize;
    let mut codes = vec![home.code.clone()];
    codes.extend(
        others
            .into_iter()
            .take(more)
            .map(|commune| commune.code.clone()),
    );
    codes.sort();
    codes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_province_has_its_people_in_their_communes() {
        let population = Population::from_seed(1, PopulationSize::province());
        assert_eq!(population.people.len(), 92);
        assert_eq!(population.field_workers().count(), 80);
        assert_eq!(population.with_role(PersonRole::Supervisor).count(), 6);
        assert_eq!(population.with_role(PersonRole::TeamLead).count(), 16);
        let logins: BTreeSet<_> = population.people.iter().map(|p| &p.login).collect();
        assert_eq!(logins.len(), 92);
        let covered: BTreeSet<_> = population
            .field_workers()
            .flat_map(|p| &p.communes)
            .collect();
        assert_eq!(covered.len(), 31, "every commune has somebody");
        for person in population.field_workers() {
            assert!((1..=5).contains(&person.communes.len()));
            let cercles: BTreeSet<_> = person
                .communes
                .iter()
                .map(|code| &places::commune(code).unwrap().cercle_code)
                .collect();
            assert_eq!(cercles.len(), 1, "{:?}", person.communes);
        }
    }

    #[test]
    fn every_name_says_that_it_is_made_up_and_both_languages_are_written() {
        let population = Population::from_seed(2, PopulationSize::province());
        for person in &population.people {
            assert!(
                person.name_fr.ends_with(" (démonstration)"),
                "{}",
                person.name_fr
            );
            assert!(person.name_ar.ends_with(" (تجريبي)"), "{}", person.name_ar);
            assert!(person.login.is_ascii());
        }
        for language in [Language::French, Language::Arabic] {
            assert!(
                population
                    .field_workers()
                    .any(|p| p.habits.language == language)
            );
        }
        let names: BTreeSet<_> = population.people.iter().map(|p| &p.name_fr).collect();
        assert!(names.len() > 85, "{}", names.len());
    }

    #[test]
    fn a_seed_is_a_population() {
        let size = PopulationSize::demo();
        assert_eq!(
            Population::from_seed(3, size),
            Population::from_seed(3, size)
        );
        assert_ne!(
            Population::from_seed(3, size),
            Population::from_seed(4, size)
        );
    }

    #[test]
    fn roles_are_those_of_the_model() {
        use jawla_model::permissions::Role;
        let population = Population::from_seed(1, PopulationSize::demo());
        let used: BTreeSet<_> = population.people.iter().map(|p| p.role.code()).collect();
        let known: BTreeSet<_> = Role::ALL.iter().map(|role| role.code()).collect();
        assert_eq!(used, known);
    }
}
