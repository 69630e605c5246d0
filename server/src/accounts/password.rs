//! What a password must be, and how it is kept.
//!
//! Source of the rules: the threat model 3.4 and OWASP ASVS 5.0 6.2: length counts, composition does
//! not, and what everybody tries first is refused.

use std::collections::BTreeSet;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, Version};
use jawla_model::fold::fold;

use super::Random;

/// The fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 12;

/// The most: no person types more, and hashing time must not grow with what a stranger sends.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// A password of fewer different characters is guessed whatever its length.
const DIFFERENT_CHARS_MIN: usize = 5;

/// A login this long or longer may not be part of the password.
const LOGIN_PART_CHARS_MIN: usize = 4;

const REFUSED_WORDS: &str = include_str!("refused_passwords.txt");

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("a password has at least {chars_min} characters")]
    TooShort {
        /// The fewest.
        chars_min: usize,
    },
    /// Too many characters.
    #[error("a password has at most {chars_max} characters")]
    TooLong {
        /// The most.
        chars_max: usize,
    },
    /// Made of words that everybody tries, of digits alone, of a run or of few characters.
    #[error("the password is too common")]
    Common,
    /// It contains the login.
    #[error("the password contains the login")]
    ContainsLogin,
}

impl PasswordError {
    /// What the person is told, in French.
    pub fn sentence_fr(self) -> String {
        match self {
            Self::TooShort { chars_min } => {
                format!("Le mot de passe doit avoir au moins {chars_min} caractères.")
            }
            Self::TooLong { chars_max } => {
                format!("Le mot de passe ne peut pas dépasser {chars_max} caractères.")
            }
            Self::Common => "Ce mot de passe est trop facile à deviner. Prenez par exemple \
                             quatre mots qui n'ont rien à voir entre eux."
                .to_owned(),
            Self::ContainsLogin => "Le mot de passe ne doit pas contenir l'identifiant.".to_owned(),
        }
    }
}

/// Whether `password` may protect the account `login`.
///
/// # Errors
/// The first rule it breaks, as a variant of [`PasswordError`].
pub fn check_password(password: &str, login: &str) -> Result<(), PasswordError> {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(PasswordError::TooShort {
            chars_min: PASSWORD_CHARS_MIN,
        });
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(PasswordError::TooLong {
            chars_max: PASSWORD_CHARS_MAX,
        });
    }
    let folded = fold(password);
    if login.chars().count() >= LOGIN_PART_CHARS_MIN && folded.contains(&fold(login)) {
        return Err(PasswordError::ContainsLogin);
    }
    let different: BTreeSet<char> = folded.chars().collect();
    if different.len() < DIFFERENT_CHARS_MIN || is_mostly_a_run(&folded) || is_common(&folded) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

/// Whether more than half of the characters follow one another: `abcdefgh`, `987654`, `aaaa`.
fn is_mostly_a_run(folded: &str) -> bool {
    let codes: Vec<i64> = folded.chars().map(|c| i64::from(u32::from(c))).collect();
    let (mut longest, mut run, mut last_step) = (1_usize, 1_usize, None);
    for pair in codes.windows(2) {
        let [one, next] = pair else { continue };
        let step = next - one;
        run = match last_step {
            _ if step.abs() > 1 => 1,
            Some(last) if last == step => run + 1,
            _ => 2,
        };
        last_step = Some(step);
        longest = longest.max(run);
    }
    longest * 2 > codes.len()
}

/// Whether nothing is left when digits, signs and common words are taken away.
fn is_common(folded: &str) -> bool {
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    let disguised: String = core
        .chars()
        .map(undisguise)
        .filter(|c| c.is_alphabetic())
        .collect();
    [letters, disguised]
        .iter()
        .any(|text| is_made_of_common_words(text))
}

/// `m0td3p4$$e` is read as what it means.
fn undisguise(character: char) -> char {
    match character {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

fn is_made_of_common_words(text: &str) -> bool {
    let words = || {
        REFUSED_WORDS
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    // reachable[n]: the first n bytes are made of common words.
    let mut reachable = vec![false; text.len() + 1];
    if let Some(start) = reachable.first_mut() {
        *start = true;
    }
    for from in 0..=text.len() {
        if reachable.get(from) != Some(&true) {
            continue;
        }
        let Some(rest) = text.get(from..) else {
            continue;
        };
        for word in words().filter(|word| rest.starts_with(word)) {
            if let Some(to) = reachable.get_mut(from + word.len()) {
                *to = true;
            }
        }
    }
    reachable.last() == Some(&true)
}

/// What a guess costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl PasswordCost {
    /// 19 MiB and two passes (the threat model 3.5, OWASP's minimum for Argon2id): some 30 ms of one
    /// core. Bound how many run at once.
    pub const OFFICE: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };

    /// Nothing to speak of: for tests and the demo's made-up people only.
    pub const TESTS: Self = Self {
        memory_kib: 8,
        passes: 1,
    };

    fn argon2(self) -> Result<Argon2<'static>, HashingFailed> {
        let params = Params::new(self.memory_kib, self.passes, 1, None);
        let params = params.map_err(|_| HashingFailed)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// Argon2 did not run: no memory, or a cost that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashingFailed;

/// A password as it is kept: Argon2id with its own salt, in the PHC text form. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash")
    }
}

impl PasswordHash {
    /// Hashes `password`; takes as long as `cost` says, so keep it off the writer's thread.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub fn make(
        password: &str,
        cost: PasswordCost,
        random: &mut Random<'_>,
    ) -> Result<Self, HashingFailed> {
        let mut salt = [0; 16];
        random(&mut salt);
        let hash = cost
            .argon2()?
            .hash_password_with_salt(password.as_bytes(), &salt);
        let hash: phc::PasswordHash = hash.map_err(|_| HashingFailed)?;
        Ok(Self(hash.to_string()))
    }

    /// Whether `password` is the one; takes as long as it took to make.
    pub fn is_of(&self, password: &str) -> bool {
        let Ok(hash) = phc::PasswordHash::new(&self.0) else {
            return false;
        };
        // The cost comes from the hash itself.
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    }

    /// Works as long as [`is_of`](Self::is_of) would, for an account that is not there.
    pub(super) fn work_in_vain(password: &str, cost: PasswordCost) {
        let mut no_salt = |salt: &mut [u8]| salt.fill(0);
        let _ = Self::make(password, cost, &mut no_salt);
    }

    pub(super) fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub(super) fn stored(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_everybody_tries_are_refused_and_ordinary_good_ones_pass() {
        use PasswordError::*;
        let short = Err(TooShort {
            chars_min: PASSWORD_CHARS_MIN,
        });
        let long = Err(TooLong {
            chars_max: PASSWORD_CHARS_MAX,
        });
        let cases: &[(&str, Result<(), PasswordError>)] = &[
            ("", short),
            ("elevenchars", short),
            ("éèàùçéèàùçé", short),
            (&"ab9 ".repeat(33), long),
            ("motdepasse2026", Err(Common)),
            ("MotDePasse-2026!", Err(Common)),
            ("M0td3p4$$e2026", Err(Common)),
            ("password1234", Err(Common)),
            ("Khouribga2026", Err(Common)),
            ("administrateur", Err(Common)),
            ("adminadminadmin", Err(Common)),
            ("azertyuiop123", Err(Common)),
            ("jawla-indh-2026", Err(Common)),
            ("123456789012", Err(Common)),
            ("061234987655", Err(Common)),
            ("abcdefghijklm", Err(Common)),
            ("aaaaaaaaaaaaaaaa", Err(Common)),
            ("ababababababab", Err(Common)),
            ("zyxwvutsrqponm", Err(Common)),
            ("fatima.alami est ici", Err(ContainsLogin)),
            ("FATIMA.ALAMI-9xq4", Err(ContainsLogin)),
            ("cheval pile agrafe juste", Ok(())),
            ("les oliviers de mon oncle", Ok(())),
            ("x7#kQ!m2vR9z", Ok(())),
            ("زيتون الجبل الأخضر", Ok(())),
            ("maroc-tracteur-lune", Ok(())),
        ];
        for (password, expected) in cases {
            assert_eq!(
                check_password(password, "fatima.alami"),
                *expected,
                "{password}"
            );
        }
        // A very short login would forbid half of all passwords.
        assert_eq!(check_password("cheval pile agrafe", "ch"), Ok(()));
    }

    #[test]
    fn the_list_is_folded_as_it_promises() {
        for word in REFUSED_WORDS.lines().filter(|line| !line.starts_with('#')) {
            assert!(word.chars().all(|c| c.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn a_hash_knows_its_password_its_salt_and_its_cost() {
        let mut count = 0_u8;
        let mut random = move |bytes: &mut [u8]| {
            count += 1;
            bytes.fill(count);
        };
        let one = PasswordHash::make("cheval pile", PasswordCost::TESTS, &mut random).unwrap();
        let two = PasswordHash::make("cheval pile", PasswordCost::TESTS, &mut random).unwrap();
        assert_ne!(one, two, "each has its own salt");
        for hash in [&one, &two] {
            assert!(hash.is_of("cheval pile"));
            assert!(!hash.is_of("cheval pilE"));
            assert!(!hash.is_of(""));
        }
        assert!(!PasswordHash::from_stored("damaged".to_owned()).is_of("damaged"));
        let office = PasswordHash::make("x", PasswordCost::OFFICE, &mut random).unwrap();
        assert!(
            office
                .stored()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert_eq!(format!("{office:?}"), "PasswordHash");
        let none = PasswordCost {
            memory_kib: 0,
            passes: 0,
        };
        assert_eq!(
            PasswordHash::make("x", none, &mut random),
            Err(HashingFailed)
        );
    }
}
