//! The four words of a receipt: what an agent and a supervisor compare by phone call, instead of a
//! hash. The numbers come from the exchange; here they get their words.
//!
//! A word never changes its number: a receipt that was written down stays readable.

use jawla_model::Language;

/// The words of four numbers, as they are read out: `olive · dune · savon · pont`.
pub fn words(language: Language, numbers: [u8; 4]) -> String {
    numbers.map(|number| word(language, number)).join(" · ")
}

/// The word of one number.
pub fn word(language: Language, number: u8) -> &'static str {
    let list = match language {
        Language::Fr => &FRENCH,
        Language::Ar => &ARABIC,
    };
    list.get(usize::from(number)).copied().unwrap_or_default()
}

/// Short plain words that do not sound alike; no name, number or day of the week.
#[rustfmt::skip]
const FRENCH: [&str; 256] = [
    "abeille", "abricot", "accord", "acier", "agenda", "aigle", "aiguille", "album", "algue", "amande",
    "ananas", "ancre", "anneau", "arbre", "argile", "armoire", "atelier", "atlas", "avion", "avoine",
    "bague", "balai", "balcon", "ballon", "bambou", "banane", "banc", "barque", "bassin", "bateau",
    "bazar", "berger", "beurre", "biche", "bijou", "billet", "biscuit", "blé", "bocal", "bois",
    "bonnet", "bougie", "bouton", "bouée", "branche", "brebis", "brique", "brise", "brosse", "bureau",
    "cabane", "cactus", "cadre", "café", "cahier", "caisse", "calme", "canal", "canard", "canot",
    "caravane", "carnet", "carotte", "carte", "casque", "cerise", "chaise", "chalet", "chameau", "champ",
    "chant", "chapeau", "cheval", "chèvre", "cigale", "ciment", "citron", "cloche", "clou", "clé",
    "coffre", "colline", "compas", "copie", "coquille", "corail", "corde", "coton", "couleur", "cour",
    "coussin", "craie", "crayon", "cube", "cuivre", "câble", "cèdre", "dalle", "datte", "dauphin",
    "dessin", "digue", "disque", "dune", "encre", "escalier", "espace", "fable", "falaise", "farine",
    "fenêtre", "fer", "ferme", "feuille", "figue", "filet", "fleur", "flèche", "flûte", "foin",
    "fontaine", "forge", "forêt", "four", "fraise", "fruit", "frêne", "galet", "gant", "garage",
    "gazelle", "genêt", "girafe", "givre", "glace", "gomme", "goutte", "grain", "grange", "grenade",
    "grue", "guitare", "hamac", "herbe", "horloge", "huile", "héron", "image", "jardin", "jarre",
    "jasmin", "jaune", "jeton", "jonc", "journal", "jupe", "kiosque", "lac", "laine", "lampe",
    "lavande", "levier", "lime", "lin", "livre", "lièvre", "loupe", "lune", "légume", "maison",
    "mandarine", "marbre", "marteau", "matin", "maïs", "melon", "menthe", "merle", "meule", "miel",
    "mimosa", "miroir", "moineau", "montagne", "mosaïque", "moulin", "mouton", "mur", "musée", "métal",
    "nacre", "nappe", "neige", "nid", "noix", "nuage", "oasis", "océan", "olive", "ombre",
    "orange", "orge", "outil", "ovale", "page", "palmier", "panier", "papier", "parc", "paume",
    "peigne", "perle", "phare", "piano", "pierre", "pigeon", "pilote", "pin", "pivot", "plage",
    "plaine", "plateau", "pluie", "plume", "poire", "poisson", "pomme", "pont", "port", "poterie",
    "prairie", "prune", "puits", "pêche", "quai", "radio", "raisin", "rame", "rivière", "rosée",
    "route", "ruban", "sable", "safran", "sapin", "savon", "sel", "éclair", "école", "écorce",
    "épice", "éponge", "érable", "étang", "étoile", "île",
];

/// Not the same things as in French: a receipt is compared in one language.
#[rustfmt::skip]
const ARABIC: [&str; 256] = [
    "نحلة", "مشمش", "حديد", "نسر", "إبرة", "لوز", "مرساة", "خاتم", "شجرة", "طين",
    "خزانة", "أطلس", "ورشة", "طائرة", "شوفان", "مكنسة", "شرفة", "كرة", "خيزران", "موز",
    "مقعد", "قارب", "حوض", "سفينة", "سوق", "راعي", "زبدة", "غزال", "جوهرة", "تذكرة",
    "بسكويت", "قمح", "إناء", "خشب", "قبعة", "شمعة", "زر", "غصن", "نعجة", "آجر",
    "نسيم", "فرشاة", "مكتب", "كوخ", "صبار", "إطار", "قهوة", "دفتر", "صندوق", "قناة",
    "بطة", "قافلة", "جزر", "خريطة", "خوذة", "أرز", "كرز", "كرسي", "جمل", "حقل",
    "نشيد", "حصان", "معزة", "إسمنت", "ليمون", "مفتاح", "جرس", "مسمار", "تلة", "بوصلة",
    "نسخة", "صدفة", "مرجان", "حبل", "قطن", "لون", "ساحة", "وسادة", "طباشير", "قلم",
    "مكعب", "نحاس", "بلاط", "تمر", "دلفين", "رسم", "سد", "قرص", "كثيب", "برق",
    "مدرسة", "لحاء", "حبر", "توابل", "سنبلة", "إسفنج", "سلم", "فضاء", "بركة", "نجمة",
    "حكاية", "جرف", "دقيق", "نافذة", "مزرعة", "تين", "شبكة", "سهم", "زهرة", "ناي",
    "تبن", "نافورة", "غابة", "فرن", "فراولة", "فاكهة", "حصى", "قفاز", "مرآب", "زرافة",
    "صقيع", "ثلج", "ممحاة", "قطرة", "حبة", "رمان", "رافعة", "قيثارة", "أرجوحة", "عشب",
    "بومة", "ساعة", "زيت", "جزيرة", "صورة", "حديقة", "جرة", "ياسمين", "أصفر", "قصب",
    "جريدة", "كشك", "بحيرة", "صوف", "مصباح", "خزامى", "خضر", "رافد", "أرنب", "كتان",
    "كتاب", "عدسة", "قمر", "ذرة", "بيت", "يوسفي", "رخام", "مطرقة", "صباح", "بطيخ",
    "نعناع", "شحرور", "معدن", "رحى", "عسل", "مرآة", "عصفور", "جبل", "فسيفساء", "طاحونة",
    "خروف", "جدار", "متحف", "غطاء", "غيمة", "عش", "جوز", "واحة", "محيط", "زيتون",
    "ظل", "برتقال", "شعير", "أداة", "هلال", "صفحة", "نخلة", "سلة", "ورق", "منتزه",
    "كف", "خوخ", "مشط", "لؤلؤة", "منارة", "بيانو", "حجر", "حمامة", "ربان", "صنوبر",
    "محور", "شاطئ", "سهل", "هضبة", "مطر", "ريشة", "إجاص", "سمكة", "تفاح", "جسر",
    "ميناء", "فخار", "مرج", "برقوق", "بئر", "رصيف", "مذياع", "عنب", "مجداف", "نهر",
    "ندى", "طريق", "شريط", "رمل", "زعفران", "صابون", "ملح", "أسبوع", "قفل", "شراب",
    "حرير", "شمس", "سكر", "طاولة", "طبل", "زربية", "فنجان", "خيمة", "تراب", "شاي",
    "زعتر", "فهد", "نسيج", "سقف", "طماطم", "شعلة", "سلحفاة", "قطار", "برسيم", "قرميد",
    "موجة", "واد", "فانيلا", "مزهرية", "مخمل", "ريح",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_number_has_its_own_short_word_in_its_script() {
        for language in Language::ALL {
            let list: BTreeSet<&str> = (0..=255).map(|n| word(*language, n)).collect();
            assert_eq!(list.len(), 256, "{language:?}");
            for word in list {
                assert!((2..=10).contains(&word.chars().count()), "{word}");
                let arabic = word.chars().all(|c| ('\u{621}'..='\u{64a}').contains(&c));
                assert_eq!(arabic, *language == Language::Ar, "{word}");
                assert!(word.chars().all(char::is_alphabetic), "{word}");
            }
        }
    }

    #[test]
    fn words_are_read_out_in_the_order_of_the_numbers() {
        let said = words(Language::Fr, [0, 255, 0, 1]);
        let expected = [0, 255, 0, 1].map(|n| word(Language::Fr, n)).join(" · ");
        assert_eq!(said, expected);
        assert_eq!(said.split(" · ").count(), 4);
    }
}
