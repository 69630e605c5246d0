use super::*;
use crate::accounts::{
    NewUser, PasswordCost, SCHEMA_SQL, add_user, disable_user, redeem_link, sign_in,
};
use crate::clock::Chance;
use jawla_model::Role;

const NOW: u64 = 1_800_000_000;
const PASSWORD: &str = "cheval pile agrafe juste";

struct Office {
    conn: Connection,
    chance: Chance,
}

impl Office {
    fn new() -> Self {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA_SQL).unwrap();
        let mut office = Self {
            conn,
            chance: Chance::from_seed([7; 32]),
        };
        for login in ["fatima", "hamid"] {
            let new = NewUser {
                login: login.to_owned(),
                name: login.to_owned(),
                role: Role::Supervisor,
            };
            let random = &mut |bytes: &mut [u8]| office.chance.fill(bytes);
            let link = add_user(&office.conn, &new, NOW, random).unwrap();
            let cost = PasswordCost::TESTS;
            redeem_link(&office.conn, &link.secret, PASSWORD, cost, NOW, random).unwrap();
        }
        office
    }

    fn sign_in(&mut self, login: &str, now_s: u64) -> Session {
        let random = &mut |bytes: &mut [u8]| self.chance.fill(bytes);
        sign_in(
            &self.conn,
            login,
            PASSWORD,
            PasswordCost::TESTS,
            now_s,
            random,
        )
        .unwrap()
    }

    fn is_open(&self, session: &Session, now_s: u64) -> bool {
        session_user(&self.conn, session.token.as_str(), now_s)
            .unwrap()
            .is_some()
    }
}

#[test]
fn a_session_ends_by_rest_by_age_and_by_sign_out() {
    let mut office = Office::new();
    let session = office.sign_in("fatima", NOW);
    assert_eq!(session.token.as_str().len(), 43);
    let open = session_user(&office.conn, session.token.as_str(), NOW)
        .unwrap()
        .unwrap();
    assert_eq!(open.user.login, "fatima");
    assert!(office.is_open(&session, NOW + SESSION_IDLE_S - 1));
    assert!(!office.is_open(&session, NOW + SESSION_IDLE_S));

    // Used every twenty minutes it lives its whole life and not a second more.
    let mut now_s = NOW;
    while now_s + 1_200 < NOW + SESSION_LIFE_S {
        now_s += 1_200;
        assert!(office.is_open(&session, now_s), "{}", now_s - NOW);
        touch_session(&office.conn, session.token.as_str(), now_s).unwrap();
    }
    assert!(office.is_open(&session, NOW + SESSION_LIFE_S - 1));
    assert!(!office.is_open(&session, NOW + SESSION_LIFE_S));

    let session = office.sign_in("fatima", NOW);
    sign_out(&office.conn, session.token.as_str()).unwrap();
    sign_out(&office.conn, session.token.as_str()).unwrap();
    assert!(!office.is_open(&session, NOW));
}

#[test]
fn an_ended_session_cannot_be_touched_back_to_life() {
    let mut office = Office::new();
    let session = office.sign_in("fatima", NOW);
    let late = NOW + SESSION_IDLE_S;
    touch_session(&office.conn, session.token.as_str(), late).unwrap();
    assert!(!office.is_open(&session, late));
    let renewed = renew_session(&office.conn, session.token.as_str(), late, &mut |b| {
        b.fill(1)
    })
    .unwrap();
    assert_eq!(renewed, None);
}

#[test]
fn each_sign_in_has_a_new_id_and_foreign_ids_open_nothing() {
    let mut office = Office::new();
    let (one, two) = (office.sign_in("fatima", NOW), office.sign_in("fatima", NOW));
    assert_ne!(one.token, two.token);
    let hash = HEXLOWER.encode(&hash_of(one.token.as_str()));
    for token in [
        "",
        "x",
        &hash,
        &one.token.as_str()[..42],
        &format!("{} ", one.token.as_str()),
    ] {
        assert_eq!(
            session_user(&office.conn, token, NOW).unwrap(),
            None,
            "{token}"
        );
    }
    assert_eq!(format!("{:?}", one.token), "SessionToken");
}

#[test]
fn use_is_noted_once_a_minute_and_a_password_is_fresh_for_five() {
    let mut office = Office::new();
    let session = office.sign_in("fatima", NOW);
    let open = session_user(&office.conn, session.token.as_str(), NOW)
        .unwrap()
        .unwrap();
    for (later_s, touch, fresh) in [
        (0, false, true),
        (59, false, true),
        (60, true, true),
        (300, true, true),
        (301, true, false),
    ] {
        assert_eq!(open.touch_is_due(NOW + later_s), touch, "{later_s}");
        assert_eq!(open.password_is_fresh(NOW + later_s), fresh, "{later_s}");
    }
    // A clock that was set back counts as no time.
    assert!(!open.touch_is_due(NOW - 500) && open.password_is_fresh(NOW - 500));
}

#[test]
fn a_password_typed_again_gives_a_new_id_and_no_longer_life() {
    let mut office = Office::new();
    let session = office.sign_in("fatima", NOW);
    let later = NOW + 1_000;
    let random = &mut |bytes: &mut [u8]| office.chance.fill(bytes);
    let renewed = renew_session(&office.conn, session.token.as_str(), later, random);
    let renewed = renewed.unwrap().unwrap();
    assert!(!office.is_open(&session, later));
    let open = session_user(&office.conn, renewed.token.as_str(), later)
        .unwrap()
        .unwrap();
    assert_eq!((open.created_s, open.password_checked_s), (NOW, later));
}

#[test]
fn sessions_are_listed_ended_one_by_one_and_all_at_once() {
    let mut office = Office::new();
    let foreign = office.sign_in("hamid", NOW);
    let sessions: Vec<Session> = (0..3).map(|n| office.sign_in("fatima", NOW + n)).collect();
    let person = sessions[0].user.person;
    let rows = list_sessions(&office.conn, &person, NOW + 3).unwrap();
    let seen: Vec<u64> = rows.iter().map(|row| row.last_seen_s).collect();
    assert_eq!(seen, [NOW + 2, NOW + 1, NOW]);

    // Another person's handle ends nothing.
    end_session(&office.conn, &foreign.user.person, &rows[0].handle).unwrap();
    assert!(office.is_open(&sessions[2], NOW + 3));
    end_session(&office.conn, &person, &rows[0].handle).unwrap();
    assert!(!office.is_open(&sessions[2], NOW + 3) && office.is_open(&sessions[1], NOW + 3));

    sign_out_everywhere(&office.conn, &person).unwrap();
    assert!(
        list_sessions(&office.conn, &person, NOW + 3)
            .unwrap()
            .is_empty()
    );
    assert!(office.is_open(&foreign, NOW + 3));
}

#[test]
fn the_session_longest_unused_makes_room_and_old_ones_are_cleared() {
    let mut office = Office::new();
    let sessions: Vec<Session> = (0..12).map(|n| office.sign_in("fatima", NOW + n)).collect();
    let open = sessions
        .iter()
        .filter(|session| office.is_open(session, NOW + 12))
        .count();
    assert_eq!(open, SESSIONS_PER_PERSON_MAX);
    assert!(!office.is_open(&sessions[1], NOW + 12) && office.is_open(&sessions[2], NOW + 12));
    office.sign_in("hamid", NOW + 12 + SESSION_LIFE_S);
    let rows: i64 = office
        .conn
        .query_row("SELECT count(*) FROM office_session", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_closed_account_has_no_session() {
    let mut office = Office::new();
    let session = office.sign_in("fatima", NOW);
    disable_user(&office.conn, &session.user.person, NOW).unwrap();
    assert!(!office.is_open(&session, NOW));
}

#[test]
fn the_two_channels_have_their_own_cookies() {
    let token = SessionToken("abc_-".to_owned());
    let tls = session_cookie(Channel::Tls, &token);
    assert_eq!(
        tls,
        "__Host-sid=abc_-; Path=/; HttpOnly; Secure; SameSite=Lax"
    );
    let plain = session_cookie(Channel::PlainLoopback, &token);
    assert_eq!(plain, "sid-local=abc_-; Path=/; HttpOnly; SameSite=Lax");
    assert!(ended_cookie(Channel::Tls).starts_with("__Host-sid=; Max-Age=0; "));
    let header = "lang=fr; sid-local=local;__Host-sid=host";
    assert_eq!(token_in_cookies(Channel::Tls, header), Some("host"));
    assert_eq!(
        token_in_cookies(Channel::PlainLoopback, header),
        Some("local")
    );
    for none in ["", "sid=x", "x__Host-sid=y", "__Host-sid"] {
        assert_eq!(token_in_cookies(Channel::Tls, none), None, "{none}");
    }
}
