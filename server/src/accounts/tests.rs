use std::time::Instant;

use super::*;
use crate::clock::Chance;
use crate::sessions::session_user;

const NOW: u64 = 1_800_000_000;
const GOOD: &str = "cheval pile agrafe juste";
const OTHER: &str = "les oliviers de mon oncle";

/// A database with the tables, and chance from a seed.
struct Office {
    conn: Connection,
    chance: Chance,
}

impl Office {
    fn new() -> Self {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        conn.execute_batch(SCHEMA_SQL).unwrap();
        conn.execute_batch(SCHEMA_SQL).unwrap();
        Self {
            conn,
            chance: Chance::from_seed([9; 32]),
        }
    }

    fn first(&mut self, now_s: u64) -> Option<OneTimeLink> {
        create_first_administrator(&self.conn, now_s, &mut |b| self.chance.fill(b)).unwrap()
    }

    fn add(&mut self, login: &str, role: Role) -> Result<OneTimeLink, AccountError> {
        let new = NewUser {
            login: login.to_owned(),
            name: "Fatima Alami".to_owned(),
            role,
        };
        add_user(&self.conn, &new, NOW, &mut |b| self.chance.fill(b))
    }

    fn redeem(&mut self, secret: &str, password: &str, now_s: u64) -> Result<User, RedeemError> {
        let cost = PasswordCost::TESTS;
        redeem_link(&self.conn, secret, password, cost, now_s, &mut |b| {
            self.chance.fill(b)
        })
    }

    fn sign_in(&mut self, login: &str, password: &str, now_s: u64) -> Result<String, SignInError> {
        let cost = PasswordCost::TESTS;
        let session = sign_in(&self.conn, login, password, cost, now_s, &mut |b| {
            self.chance.fill(b)
        })?;
        Ok(session.token.as_str().to_owned())
    }

    /// An account with the password [`GOOD`].
    fn ready(&mut self, login: &str, role: Role) -> PersonId {
        let link = self.add(login, role).unwrap();
        self.redeem(&link.secret, GOOD, NOW).unwrap().person
    }

    fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.conn.query_row(&sql, [], |row| row.get(0)).unwrap()
    }
}

#[test]
fn the_first_start_makes_one_administrator_and_one_living_link() {
    let mut office = Office::new();
    let first = office.first(NOW).unwrap();
    assert_eq!(first.secret.len(), 22);
    assert_eq!(first.expires_s, NOW + LINK_LIFE_S);
    // Started again before anybody used it: the same account, a fresh link, the old one dead.
    let second = office.first(NOW + 10).unwrap();
    assert_eq!(second.person, first.person);
    assert_ne!(second.secret, first.secret);
    assert!(matches!(
        office.redeem(&first.secret, GOOD, NOW + 11),
        Err(RedeemError::Invalid)
    ));
    assert_eq!(
        (office.count("office_user"), office.count("office_link")),
        (1, 1)
    );

    let user = office.redeem(&second.secret, GOOD, NOW + 12).unwrap();
    assert_eq!(
        (user.login.as_str(), user.role),
        ("admin", Role::Administrator)
    );
    assert_eq!(user.password, PasswordState::Set);
    assert_eq!(office.first(NOW + 13), None);
    assert_eq!(office.count("office_link"), 0);
    assert!(!format!("{second:?}").contains(&second.secret));
}

#[test]
fn the_store_holds_no_secret_and_no_password() {
    let mut office = Office::new();
    let link = office.add("fatima", Role::Supervisor).unwrap();
    let waiting = office.add("hamid", Role::Finance).unwrap();
    office.redeem(&link.secret, GOOD, NOW).unwrap();
    let token = office.sign_in("fatima", GOOD, NOW).unwrap();
    let _ = office.sign_in("typed-a-password-here", OTHER, NOW);
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("copy");
    office
        .conn
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    let whole = std::fs::read(copy).unwrap();
    assert!(
        whole.windows(6).any(|window| window == b"fatima"),
        "the copy can be searched"
    );
    for secret in [
        GOOD,
        &token,
        &waiting.secret,
        "typed-a-password-here",
        OTHER,
    ] {
        let found = whole
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}

#[test]
fn a_link_works_once_in_its_time_and_not_with_a_bad_password() {
    let mut office = Office::new();
    let link = office.add("fatima", Role::Supervisor).unwrap();
    let late = NOW + LINK_LIFE_S;
    assert!(matches!(
        office.redeem(&link.secret, GOOD, late),
        Err(RedeemError::Invalid)
    ));
    assert!(matches!(
        office.redeem("no such secret", GOOD, NOW),
        Err(RedeemError::Invalid)
    ));
    for bad in ["short", "motdepasse2026", "mot de fatima ici"] {
        let error = office.redeem(&link.secret, bad, NOW).unwrap_err();
        assert!(matches!(error, RedeemError::Password(_)), "{bad}: {error}");
    }
    assert_eq!(
        find_link(&office.conn, &link.secret, late - 1)
            .unwrap()
            .unwrap()
            .login,
        "fatima"
    );
    office.redeem(&link.secret, GOOD, late - 1).unwrap();
    assert!(matches!(
        office.redeem(&link.secret, OTHER, NOW),
        Err(RedeemError::Invalid)
    ));
    office.sign_in("fatima", GOOD, late).unwrap();
}

#[test]
fn a_new_password_by_link_ends_the_old_one_its_sessions_and_a_lock() {
    let mut office = Office::new();
    let person = office.ready("fatima", Role::Supervisor);
    let token = office.sign_in("fatima", GOOD, NOW).unwrap();
    for _ in 0..5 {
        office.sign_in("fatima", "wrong", NOW).unwrap_err();
    }
    let link = issue_link(&office.conn, &person, NOW, &mut |b| office.chance.fill(b)).unwrap();
    // Asked for, not yet used: nothing changed for the person.
    assert!(session_user(&office.conn, &token, NOW).unwrap().is_some());
    office.redeem(&link.secret, OTHER, NOW).unwrap();
    assert!(session_user(&office.conn, &token, NOW).unwrap().is_none());
    assert!(matches!(
        office.sign_in("fatima", GOOD, NOW),
        Err(SignInError::Refused)
    ));
    office.sign_in("fatima", OTHER, NOW).unwrap();
}

#[test]
fn logins_and_names_are_checked_and_one_login_is_one_account() {
    let mut office = Office::new();
    for login in ["", "a", "deux mots", "é.alami", "a'; --", &"a".repeat(41)] {
        let error = office.add(login, Role::Finance).unwrap_err();
        assert!(
            matches!(error, AccountError::UnfitLogin),
            "{login}: {error}"
        );
    }
    for name in ["", "  ", "a\nb", &"a".repeat(LINE_CHARS_MAX + 1)] {
        let new = NewUser {
            login: "ok".to_owned(),
            name: name.to_owned(),
            role: Role::Finance,
        };
        let error = add_user(&office.conn, &new, NOW, &mut |b| b.fill(1)).unwrap_err();
        assert!(
            matches!(error, AccountError::UnfitName),
            "{name:?}: {error}"
        );
    }
    office.ready("Fatima.Alami@Khouribga", Role::Finance);
    let error = office
        .add(" fatima.alami@khouribga ", Role::Finance)
        .unwrap_err();
    assert!(matches!(error, AccountError::LoginTaken), "{error}");
    office
        .sign_in("  FATIMA.alami@khouribga", GOOD, NOW)
        .unwrap();
    assert_eq!(list_users(&office.conn).unwrap().len(), 1);
}

#[test]
fn whoever_cannot_sign_in_hears_the_same() {
    let mut office = Office::new();
    office.ready("admin", Role::Administrator);
    office.ready("fatima", Role::Supervisor);
    let closed = office.ready("closed", Role::Supervisor);
    disable_user(&office.conn, &closed, NOW).unwrap();
    office.add("waiting", Role::Supervisor).unwrap();
    let cases = [
        ("fatima", "wrong password"),
        ("closed", GOOD),
        ("waiting", GOOD),
        ("nobody", GOOD),
        ("", ""),
        ("not a login !", GOOD),
        ("fatima", &"x".repeat(5_000)),
    ];
    for (login, password) in cases {
        let mut told = Vec::new();
        // The fifth failure locks, for an account and for no account alike.
        for second in 0..7 {
            let error = office.sign_in(login, password, NOW + second).unwrap_err();
            told.push(error.sentence_fr());
        }
        let expected = ["Identifiant ou mot de passe incorrect."; 5].iter();
        let expected = expected.chain(&["Trop d'essais. Réessayez dans une minute."; 2]);
        assert!(
            told.iter()
                .zip(expected)
                .all(|(told, expected)| told == expected),
            "{told:?}"
        );
        // Past the lock and the memory of it, for the case that names the same login again.
        office
            .conn
            .execute(
                "UPDATE office_user SET failed_attempts = 0, locked_until_s = 0",
                [],
            )
            .unwrap();
    }
}

#[test]
fn locks_double_up_to_an_hour_and_end_with_a_success_or_a_day() {
    for login in ["fatima", "nobody"] {
        let mut office = Office::new();
        office.ready("fatima", Role::Supervisor);
        let mut now_s = NOW;
        for _ in 0..4 {
            assert!(matches!(
                office.sign_in(login, "wrong", now_s),
                Err(SignInError::Refused)
            ));
        }
        for lock_s in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            assert!(matches!(
                office.sign_in(login, "wrong", now_s),
                Err(SignInError::Refused)
            ));
            let locked = office.sign_in(login, GOOD, now_s + lock_s - 1).unwrap_err();
            assert!(
                matches!(locked, SignInError::Locked { wait_s: 1 }),
                "{lock_s}: {locked}"
            );
            now_s += lock_s;
        }
        // A day later the count begins again.
        now_s += ATTEMPTS_DAY_S;
        for _ in 0..5 {
            assert!(matches!(
                office.sign_in(login, "wrong", now_s),
                Err(SignInError::Refused)
            ));
        }
        assert!(matches!(
            office.sign_in(login, "x", now_s),
            Err(SignInError::Locked { .. })
        ));
    }
    let mut office = Office::new();
    office.ready("fatima", Role::Supervisor);
    for _ in 0..3 {
        for _ in 0..4 {
            office.sign_in("fatima", "wrong", NOW).unwrap_err();
        }
        office.sign_in("fatima", GOOD, NOW).unwrap();
    }
}

const ATTEMPTS_DAY_S: u64 = 24 * 3_600 + 1;

#[test]
fn attempts_begun_at_once_are_all_counted_before_any_password_is_looked_at() {
    let mut office = Office::new();
    office.ready("fatima", Role::Supervisor);
    let mut begun = Vec::new();
    while let Ok(attempt) = begin_sign_in(&office.conn, "fatima", NOW) {
        begun.push(attempt);
        assert!(begun.len() <= 5);
    }
    assert_eq!(begun.len(), 5);
    // The right one among them opens, and clears the count.
    let verified = begun
        .pop()
        .unwrap()
        .verify(GOOD, PasswordCost::TESTS)
        .unwrap();
    finish_sign_in(&office.conn, &verified, NOW, &mut |b| office.chance.fill(b)).unwrap();
    office.sign_in("fatima", GOOD, NOW).unwrap();
}

#[test]
fn an_account_closed_while_its_password_is_looked_at_is_not_opened() {
    let mut office = Office::new();
    office.ready("admin", Role::Administrator);
    for change in ["close", "new password"] {
        let person = office.ready(&change.replace(' ', "."), Role::Supervisor);
        let attempt = begin_sign_in(&office.conn, &change.replace(' ', "."), NOW).unwrap();
        let verified = attempt.verify(GOOD, PasswordCost::TESTS).unwrap();
        if change == "close" {
            disable_user(&office.conn, &person, NOW).unwrap();
        } else {
            let hash = PasswordHash::make(OTHER, PasswordCost::TESTS, &mut |b| b.fill(3)).unwrap();
            set_password(&office.conn, &person, &hash).unwrap();
        }
        let error = finish_sign_in(&office.conn, &verified, NOW, &mut |b| b.fill(4)).unwrap_err();
        assert!(matches!(error, SignInError::Refused), "{change}: {error}");
    }
}

#[test]
fn an_unknown_login_costs_the_work_of_a_known_one() {
    let mut office = Office::new();
    let link = office.add("fatima", Role::Supervisor).unwrap();
    let cost = PasswordCost::OFFICE;
    redeem_link(&office.conn, &link.secret, GOOD, cost, NOW, &mut |b| {
        b.fill(1)
    })
    .unwrap();
    let time = |login: &str| {
        let tries = (0..3).map(|_| {
            let attempt = begin_sign_in(&office.conn, login, NOW + 100_000).unwrap();
            let started = Instant::now();
            attempt.verify("wrong password", cost).unwrap_err();
            started.elapsed()
        });
        tries.min().unwrap()
    };
    let (known, unknown) = (time("fatima"), time("nobody"));
    // Argon2 is nearly all of it; without it the unknown one would be a thousand times faster.
    assert!(
        unknown * 4 > known && known * 4 > unknown,
        "{known:?} {unknown:?}"
    );
}

#[test]
fn the_last_administrator_stays_and_closing_ends_everything_of_a_person() {
    let mut office = Office::new();
    let admin = office.ready("admin", Role::Administrator);
    let last = |result| assert!(matches!(result, Err(AccountError::LastAdministrator)));
    last(disable_user(&office.conn, &admin, NOW));
    last(change_role(&office.conn, &admin, Role::Finance));
    // One who has never set a password is no help.
    let link = office.add("second", Role::Administrator).unwrap();
    last(disable_user(&office.conn, &admin, NOW));
    let second = office.redeem(&link.secret, GOOD, NOW).unwrap().person;

    let token = office.sign_in("admin", GOOD, NOW).unwrap();
    let waiting = issue_link(&office.conn, &admin, NOW, &mut |b| office.chance.fill(b)).unwrap();
    disable_user(&office.conn, &admin, NOW + 5).unwrap();
    assert!(
        session_user(&office.conn, &token, NOW + 5)
            .unwrap()
            .is_none()
    );
    assert!(matches!(
        office.redeem(&waiting.secret, GOOD, NOW + 5),
        Err(RedeemError::Invalid)
    ));
    assert_eq!(
        find_user(&office.conn, &admin).unwrap().unwrap().disabled_s,
        Some(NOW + 5)
    );
    let refused = issue_link(&office.conn, &admin, NOW, &mut |b| b.fill(1)).unwrap_err();
    assert!(matches!(refused, AccountError::UnknownPerson));
    last(change_role(&office.conn, &second, Role::Auditor));

    let again = enable_user(&office.conn, &admin, NOW, &mut |b| office.chance.fill(b)).unwrap();
    assert!(matches!(
        office.sign_in("admin", GOOD, NOW),
        Err(SignInError::Refused)
    ));
    office.redeem(&again.secret, OTHER, NOW).unwrap();
    let token = office.sign_in("admin", OTHER, NOW).unwrap();
    change_role(&office.conn, &admin, Role::Auditor).unwrap();
    assert!(session_user(&office.conn, &token, NOW).unwrap().is_none());
    assert_eq!(office.first(NOW), None);
}

#[test]
fn changes_join_the_transaction_of_their_caller() {
    let mut office = Office::new();
    office.conn.execute_batch("BEGIN").unwrap();
    office.add("fatima", Role::Finance).unwrap();
    office.add("fatima", Role::Finance).unwrap_err();
    office.add("hamid", Role::Finance).unwrap();
    assert_eq!(office.count("office_user"), 2);
    office.conn.execute_batch("ROLLBACK").unwrap();
    assert_eq!(office.count("office_user"), 0);
}
