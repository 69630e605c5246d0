//! The rules of a login and of a password (`NIST SP 800-63B`, 3.1.1: long, no composition rules,
//! no common ones). One place for them: the page says them, whoever keeps accounts enforces them.

/// Characters that a login has at least.
pub const LOGIN_CHARS_MIN: usize = 3;
/// Characters that a login has at most: what a line of a small screen shows.
pub const LOGIN_CHARS_MAX: usize = 40;
/// Characters that a password has at least.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Characters that a password has at most: a sentence passes, a book does not.
pub const PASSWORD_CHARS_MAX: usize = 200;

/// What is wrong with a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginFault {
    /// Fewer than [`LOGIN_CHARS_MIN`] or more than [`LOGIN_CHARS_MAX`] characters.
    #[error("a login has {LOGIN_CHARS_MIN} to {LOGIN_CHARS_MAX} characters")]
    Length,
    /// Something else than `a` to `z`, digits, `.`, `-` and `_`.
    #[error("a login has small Latin letters, digits, dots, hyphens and underscores only")]
    Characters,
    /// Another account has it.
    #[error("another account has this login")]
    Taken,
}

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    /// More than [`PASSWORD_CHARS_MAX`] characters.
    #[error("a password has at most {PASSWORD_CHARS_MAX} characters")]
    TooLong,
    /// Among those that everybody tries first.
    #[error("this password is too common")]
    Common,
    /// It contains the login.
    #[error("the password contains the login")]
    ContainsLogin,
}

/// Beginnings that people stretch to twelve characters, folded.
const STRETCHED: &[&str] = &[
    "123456789",
    "abcdefgh",
    "administrateur",
    "administrator",
    "azerty",
    "bienvenue",
    "bonjour",
    "casablanca",
    "indh",
    "jawla",
    "khouribga",
    "maroc",
    "motdepasse",
    "mot de passe",
    "password",
    "qwerty",
    "province",
];

/// Checks the form of a login; whether another account has it only the accounts know.
///
/// # Errors
/// [`LoginFault::Length`] or [`LoginFault::Characters`].
pub fn check_login(login: &str) -> Result<(), LoginFault> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    if !login.chars().all(allowed) {
        return Err(LoginFault::Characters);
    }
    if (LOGIN_CHARS_MIN..=LOGIN_CHARS_MAX).contains(&login.len()) {
        Ok(())
    } else {
        Err(LoginFault::Length)
    }
}

/// Checks a password that is to belong to `login`.
///
/// # Errors
/// The first [`PasswordFault`] found.
pub fn check_password(password: &str, login: &str) -> Result<(), PasswordFault> {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(PasswordFault::TooShort);
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(PasswordFault::TooLong);
    }
    let lower = password.to_lowercase();
    if login.len() >= LOGIN_CHARS_MIN && lower.contains(&login.to_lowercase()) {
        return Err(PasswordFault::ContainsLogin);
    }
    if is_common(&lower) {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

/// Whether little is left of it without one common word and without digits and signs, or it is
/// a few characters said again and again.
fn is_common(lower: &str) -> bool {
    let own_letters = |rest: &str| rest.chars().filter(|c| c.is_alphabetic()).count() < 4;
    let stretched = STRETCHED
        .iter()
        .any(|word| lower.contains(word) && own_letters(&lower.replace(word, "")));
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    stretched || different.len() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_short_and_plain() {
        let table = [
            ("f.alaoui", Ok(())),
            ("das_2026-b", Ok(())),
            ("ab", Err(LoginFault::Length)),
            ("", Err(LoginFault::Length)),
            ("F.Alaoui", Err(LoginFault::Characters)),
            ("f alaoui", Err(LoginFault::Characters)),
            ("f<script>", Err(LoginFault::Characters)),
        ];
        for (login, expected) in table {
            assert_eq!(check_login(login), expected, "{login}");
        }
        assert_eq!(check_login(&"a".repeat(40)), Ok(()));
        assert_eq!(check_login(&"a".repeat(41)), Err(LoginFault::Length));
    }

    #[test]
    fn passwords_are_long_and_not_what_everybody_tries() {
        let table = [
            ("le figuier du puits", Ok(())),
            ("قنطرة الواد الكبير", Ok(())),
            ("onze lettre", Err(PasswordFault::TooShort)),
            ("Khouribga2026!", Err(PasswordFault::Common)),
            ("azerty123456", Err(PasswordFault::Common)),
            ("aaaaaaaaaaaaaa", Err(PasswordFault::Common)),
            ("les clés de f.alaoui", Err(PasswordFault::ContainsLogin)),
            ("khouribga sous la pluie", Ok(())),
        ];
        for (password, expected) in table {
            assert_eq!(check_password(password, "f.alaoui"), expected, "{password}");
        }
        let long = "le puits ".repeat(30);
        assert_eq!(check_password(&long, "x"), Err(PasswordFault::TooLong));
    }
}
