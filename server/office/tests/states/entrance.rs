//! Signing in, and the first link of an account.

use axum::http::StatusCode;
use jawla_office::SignInRefusal;

use crate::fake::{LINK, LOGIN};
use crate::page::{get, picture, post};
use crate::world::World;

fn stranger() -> World {
    World::day().seen_by_a_stranger()
}

fn refused(refusal: SignInRefusal) -> World {
    World {
        sign_in: Some(refusal),
        ..stranger()
    }
}

#[tokio::test]
async fn every_state_of_signing_in() {
    let wrong = format!("identifiant={LOGIN}&mot_de_passe=faux");
    let cases = vec![
        get("first", stranger, "/connexion"),
        get("session_ended", stranger, "/connexion?suite=%2Fa-valider"),
        get("signed_out", stranger, "/connexion?fin=1"),
        post("wrong", stranger, "/connexion", wrong.clone()),
        post(
            "locked",
            || refused(SignInRefusal::TooManyTries { retry_after_s: 540 }),
            "/connexion",
            wrong,
        )
        .answered(StatusCode::TOO_MANY_REQUESTS),
    ];
    picture("sign_in", cases).await;
}

#[tokio::test]
async fn every_state_of_the_first_link() {
    let form = |login: &str, password: &str| {
        format!("lien={LINK}&identifiant={login}&mot_de_passe={password}&encore={password}")
    };
    let cases = vec![
        get("first", stranger, format!("/bienvenue?lien={LINK}")),
        post(
            "login_taken",
            stranger,
            "/bienvenue",
            form(LOGIN, "une+phrase+tout+a+moi"),
        ),
        post(
            "password_short",
            stranger,
            "/bienvenue",
            form("s.amrani", "court"),
        ),
        post(
            "link_used",
            stranger,
            "/bienvenue",
            "lien=deja-servi&identifiant=s.amrani&mot_de_passe=une+phrase+tout+a+moi&encore=une+phrase+tout+a+moi",
        ),
    ];
    picture("welcome", cases).await;
}
