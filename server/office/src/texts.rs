//! Every French text of the pages, page by page, so that translations can take their place.
//! Words of the domain (states, roles, the five words of a record) come from `jawla-model`.

/// What stands around every page.
pub(crate) mod frame {
    pub(crate) const PRODUCT: &str = "Jawla";
    pub(crate) const PROGRAMME: &str = "Initiative nationale pour le développement humain";
    pub(crate) const KINGDOM: &str = "Royaume du Maroc";
    pub(crate) const SKIP: &str = "Aller au contenu";
    pub(crate) const SIGN_OUT: &str = "Se déconnecter";
    pub(crate) const DEMONSTRATION: &str = "Données de démonstration";
    pub(crate) const DEMONSTRATION_AR: &str = "معطيات تجريبية";
    pub(crate) const DEMONSTRATION_WHY: &str =
        "Ces projets sont fictifs : aucun chiffre de cette page n’est celui de la province.";
}

/// Signing in.
pub(crate) mod sign_in {
    pub(crate) const TITLE: &str = "Connexion";
    pub(crate) const LOGIN: &str = "Identifiant";
    pub(crate) const PASSWORD: &str = "Mot de passe";
    pub(crate) const SUBMIT: &str = "Se connecter";
    pub(crate) const NO_ACCOUNT: &str = "Pas encore de compte, ou mot de passe oublié ? \
         L’administrateur de la province vous remet un lien à usage unique.";
    pub(crate) const WRONG: &str = "Identifiant ou mot de passe incorrect. Vérifiez les deux, \
         puis réessayez.";
    pub(crate) const UNAVAILABLE: &str = "Les comptes ne répondent pas pour l’instant. Réessayez \
         dans une minute ; si cela dure, prévenez l’administrateur.";
    pub(crate) const SIGNED_OUT: &str = "Vous êtes déconnecté. À bientôt.";

    pub(crate) fn too_many_tries(wait: &str, at: Option<&str>) -> String {
        let at = at.map(|at| format!(" (à {at})")).unwrap_or_default();
        format!("Trop d’essais. Réessayez dans {wait}{at}.")
    }
}

/// The one-time link.
pub(crate) mod welcome {
    use crate::credentials::{self, LoginFault, PasswordFault};

    pub(crate) const TITLE: &str = "Bienvenue";
    pub(crate) const LEAD: &str = "Choisissez l’identifiant et le mot de passe avec lesquels \
         vous vous connecterez. Le lien ne servira plus ensuite.";
    pub(crate) const LOGIN: &str = "Identifiant";
    pub(crate) const PASSWORD: &str = "Mot de passe";
    pub(crate) const AGAIN: &str = "Le même mot de passe, une seconde fois";
    pub(crate) const SUBMIT: &str = "Créer mon accès";
    pub(crate) const TO_CORRECT: &str = "Rien n’est encore enregistré : corrigez ce qui est \
         signalé ci-dessous.";
    pub(crate) const DIFFERENT: &str = "Les deux saisies ne sont pas identiques. Retapez-les.";
    pub(crate) const BAD_LINK: &str = "Ce lien n’est pas valable";
    pub(crate) const BAD_LINK_WHY: &str = "Il a déjà servi, il a expiré, ou il a été recopié \
         sans sa fin. Demandez-en un autre à l’administrateur ; si vous avez déjà un \
         identifiant, connectez-vous.";

    pub(crate) fn login_rule() -> String {
        let (min, max) = (credentials::LOGIN_CHARS_MIN, credentials::LOGIN_CHARS_MAX);
        format!(
            "De {min} à {max} caractères : lettres minuscules sans accent, chiffres, point, \
             tiret. Exemple : f.alaoui"
        )
    }

    pub(crate) fn password_rule() -> String {
        let min = credentials::PASSWORD_CHARS_MIN;
        format!(
            "Au moins {min} caractères ; une phrase convient bien. Ni votre identifiant, ni un \
             mot de passe courant."
        )
    }

    pub(crate) fn login_fault(fault: LoginFault) -> String {
        match fault {
            LoginFault::Length => format!(
                "Il faut de {} à {} caractères.",
                credentials::LOGIN_CHARS_MIN,
                credentials::LOGIN_CHARS_MAX
            ),
            LoginFault::Characters => "Seulement des lettres minuscules sans accent, des \
                 chiffres, le point, le tiret et le tiret bas."
                .to_owned(),
            LoginFault::Taken => {
                "Cet identifiant est déjà pris. Choisissez-en un autre.".to_owned()
            }
        }
    }

    pub(crate) fn password_fault(fault: PasswordFault) -> String {
        match fault {
            PasswordFault::TooShort => format!(
                "Trop court : il faut au moins {} caractères.",
                credentials::PASSWORD_CHARS_MIN
            ),
            PasswordFault::TooLong => format!(
                "Trop long : {} caractères au plus.",
                credentials::PASSWORD_CHARS_MAX
            ),
            PasswordFault::Common => {
                "Ce mot de passe est trop courant. Choisissez une phrase à vous.".to_owned()
            }
            PasswordFault::ContainsLogin => {
                "Le mot de passe ne doit pas contenir l’identifiant.".to_owned()
            }
        }
    }
}

/// The office page.
pub(crate) mod overview {
    pub(crate) const TITLE: &str = "Vue d’ensemble";
    pub(crate) const SECTIONS: &str = "Parties de la page";
    pub(crate) const FIGURES: &str = "Chiffres";
    pub(crate) const PROJECTS: &str = "Projets";
    pub(crate) const VISITS: &str = "Dernières visites";
    pub(crate) const FRESHNESS: &str = "Fraîcheur des données";
    pub(crate) const NOTHING_RECEIVED: &str = "Aucune donnée reçue à ce jour";
    pub(crate) const EMPTY: &str = "Aucun projet pour l’instant";
    pub(crate) const EMPTY_WHY: &str = "Importez la liste des projets pour commencer : les \
         chiffres, les visites et la fraîcheur des données s’afficheront ici.";
    pub(crate) const DISPUTED: &str = "à départager";
    pub(crate) const UNKNOWN: &str = "inconnu";

    pub(crate) fn received_until(instant: &str) -> String {
        format!("Données reçues jusqu’au {instant}")
    }
}

/// The figures of the office page.
pub(crate) mod figures {
    pub(crate) const CAPTION: &str = "Projets par programme et par état";
    pub(crate) const PROJECTS: &str = "Projets";
    pub(crate) const COST: &str = "Coût";
    pub(crate) const COST_LONG: &str = "Coût des projets";
    pub(crate) const INDH: &str = "Part INDH";
    pub(crate) const PROGRESS: &str = "Avancement observé";
    pub(crate) const PROGRESS_MEAN: &str = "Avancement observé, moyenne";
    pub(crate) const WATCH: &str = "À suivre";
    pub(crate) const PROGRAMME: &str = "Programme";
    pub(crate) const STATE: &str = "État";
    pub(crate) const TOTAL: &str = "Ensemble";
    pub(crate) const TOTAL_COLUMN: &str = "Total";
    pub(crate) const APART: &str = "hors total";
    pub(crate) const NO_PROGRAMME: &str = "Programme non renseigné";
    pub(crate) const DETAIL: &str = "Détail par programme et par état : coûts, part INDH, \
         avancement";
    pub(crate) const LEGEND: &str = "des visites ou des saisies se contredisent sur un montant \
         ou une quantité : le chiffre est provisoire tant que personne n’a choisi.";

    pub(crate) fn known(known: &str, of: &str) -> String {
        format!("{known} connus sur {of}")
    }

    pub(crate) fn observed(known: &str, of: &str) -> String {
        format!("{known} observés sur {of}")
    }

    pub(crate) fn by_cost(percent: &str) -> String {
        format!("{percent} en pondérant par le coût")
    }

    pub(crate) fn not_retained(count: &str, number: u64) -> String {
        match number {
            1 => format!("et {count} non retenu, hors total"),
            _ => format!("et {count} non retenus, hors total"),
        }
    }

    pub(crate) fn disputed_projects(number: u64) -> &'static str {
        match number {
            0 | 1 => "projet à départager",
            _ => "projets à départager",
        }
    }

    pub(crate) fn unvisited(number: u64, days: i64) -> String {
        match number {
            0 | 1 => format!("projet en cours sans visite depuis {days} jours"),
            _ => format!("projets en cours sans visite depuis {days} jours"),
        }
    }
}

/// The list of projects of the office page.
pub(crate) mod projects {
    pub(crate) const CAPTION: &str = "Liste des projets";
    pub(crate) const FILTER: &str = "Filtrer les projets";
    pub(crate) const SEARCH: &str = "Rechercher";
    pub(crate) const SEARCH_HINT: &str = "Intitulé, numéro, lieu…";
    pub(crate) const PROGRAMME: &str = "Programme";
    pub(crate) const COMMUNE: &str = "Commune";
    pub(crate) const STATES: &str = "État";
    pub(crate) const ALL_PROGRAMMES: &str = "Tous les programmes";
    pub(crate) const ALL_COMMUNES: &str = "Toutes les communes";
    pub(crate) const DISPUTED: &str = "À départager";
    pub(crate) const APPLY: &str = "Filtrer";
    pub(crate) const CLEAR: &str = "Effacer les filtres";
    pub(crate) const NUMBER: &str = "Numéro";
    pub(crate) const TITLE: &str = "Projet";
    pub(crate) const PROGRESS: &str = "Avancement";
    pub(crate) const COST: &str = "Coût";
    pub(crate) const LAST_VISIT: &str = "Dernière visite";
    pub(crate) const NEVER: &str = "jamais visité";
    pub(crate) const NO_TITLE: &str = "Sans intitulé";
    pub(crate) const NO_COMMUNE: &str = "commune non renseignée";
    pub(crate) const NONE: &str = "Aucun projet ne correspond.";
    pub(crate) const BEYOND: &str = "Cette page de la liste n’existe pas.";
    pub(crate) const FIRST_PAGE: &str = "Revenir à la première page";
    pub(crate) const PAGES: &str = "Pages de la liste";
    pub(crate) const PREVIOUS: &str = "Précédente";
    pub(crate) const NEXT: &str = "Suivante";
    pub(crate) const DEMONSTRATION: &str = "démonstration";

    pub(crate) fn unvisited(days: i64) -> String {
        format!("Sans visite depuis {days} jours")
    }

    pub(crate) fn total(count: &str, number: u64) -> String {
        match number {
            0 | 1 => format!("{count} projet"),
            _ => format!("{count} projets"),
        }
    }

    pub(crate) fn page(page: &str, of: &str) -> String {
        format!("Page {page} sur {of}")
    }

    pub(crate) fn others(number: usize) -> String {
        match number {
            1 => "et 1 autre".to_owned(),
            _ => format!("et {number} autres"),
        }
    }

    pub(crate) fn disputed(number: u32) -> String {
        match number {
            1 => "1 point à départager".to_owned(),
            _ => format!("{number} points à départager"),
        }
    }
}

/// The feed of visits of the office page.
pub(crate) mod feed {
    pub(crate) const NONE: &str = "Aucune visite pour l’instant. Elles apparaissent ici dès que \
         la province les reçoit.";
    pub(crate) const DOUBTFUL: &str = "heure douteuse";
    pub(crate) const UNKNOWN_AUTHOR: &str = "auteur inconnu";
    pub(crate) const DISPUTED: &str = "À départager";

    pub(crate) fn received(day: &str) -> String {
        format!("reçue le {day}")
    }

    pub(crate) fn photo(role: &str, title: &str) -> String {
        format!("{role} : {title}")
    }

    pub(crate) fn more_photos(number: u32) -> String {
        match number {
            1 => "et 1 autre photo".to_owned(),
            _ => format!("et {number} autres photos"),
        }
    }

    pub(crate) const PHOTO: &str = "Photo";
}

/// The freshness of what is known, commune by commune.
pub(crate) mod freshness {
    pub(crate) const CAPTION: &str = "Âge de ce que l’on sait de chaque commune";
    pub(crate) const SCOPE: &str = "Commune";
    pub(crate) const RECEIVED: &str = "Dernier envoi";
    pub(crate) const VISITED: &str = "Dernière visite";
    pub(crate) const NO_DATA: &str = "aucune donnée";
    pub(crate) const NO_VISIT: &str = "aucune visite";
    pub(crate) const UNNAMED: &str = "Périmètre sans nom";
    pub(crate) const NONE: &str = "Aucune commune pour l’instant.";

    pub(crate) fn unvisited(days: i64) -> String {
        format!("Non vus > {days} j")
    }

    pub(crate) fn unvisited_long(days: i64) -> String {
        format!(
            "Projets en cours sans visite depuis plus de {days} jours, sur les projets en cours"
        )
    }

    pub(crate) fn note(days: i64) -> String {
        format!("En gris : rien de neuf depuis plus de {days} jours, ou jamais.")
    }
}

/// Pages that say what went wrong, and what to do.
pub(crate) mod fault {
    pub(crate) const BACK: &str = "Revenir à la vue d’ensemble";
    pub(crate) const NOT_FOUND: &str = "Page introuvable";
    pub(crate) const NOT_FOUND_WHY: &str = "L’adresse est inexacte, ou ce qu’elle montrait ne \
         vous est pas ouvert. Vérifiez-la, ou repartez de la vue d’ensemble.";
    pub(crate) const METHOD: &str = "Action impossible à cette adresse";
    pub(crate) const METHOD_WHY: &str = "Rien n’a été modifié. Repartez de la vue d’ensemble et \
         refaites l’action depuis sa page.";
    pub(crate) const FOREIGN: &str = "Envoi refusé";
    pub(crate) const FOREIGN_WHY: &str = "Ce formulaire ne venait pas de Jawla ; rien n’a été \
         modifié. Ouvrez la page dans cet onglet et recommencez.";
    pub(crate) const FORM: &str = "Formulaire illisible";
    pub(crate) const FORM_WHY: &str = "Rien n’a été modifié. Revenez à la page et remplissez \
         de nouveau le formulaire.";
    pub(crate) const TOO_LARGE: &str = "Formulaire trop long";
    pub(crate) const TOO_LARGE_WHY: &str = "Rien n’a été modifié. Raccourcissez ce que vous avez \
         saisi et recommencez.";
    pub(crate) const BUSY: &str = "Le serveur est occupé";
    pub(crate) const BUSY_WHY: &str = "Rien n’est perdu. Rechargez la page dans quelques \
         secondes.";
    pub(crate) const OURS: &str = "La page n’a pas pu être préparée";
    pub(crate) const OURS_WHY: &str = "La panne est de notre côté et elle est notée au journal \
         du serveur ; aucune donnée n’est perdue. Rechargez la page ; si cela dure, prévenez \
         l’administrateur en lui donnant l’heure.";
}
