//! Given names and family names that are common in Morocco. Put together by chance; a person of
//! the same name has nothing to do with it.

use crate::dice::Dice;

/// One made-up name in both scripts.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) given_fr: &'static str,
    pub(super) given_ar: &'static str,
    pub(super) family_fr: &'static str,
    pub(super) family_ar: &'static str,
}

pub(super) fn name(dice: &mut Dice) -> Name {
    let (given_fr, given_ar) = *dice.pick(GIVEN);
    let (family_fr, family_ar) = *dice.pick(FAMILY);
    Name {
        given_fr,
        given_ar,
        family_fr,
        family_ar,
    }
}

const GIVEN: &[(&str, &str)] = &[
    ("Fatima", "فاطمة"),
    ("Khadija", "خديجة"),
    ("Aïcha", "عائشة"),
    ("Naïma", "نعيمة"),
    ("Fatima-Zahra", "فاطمة الزهراء"),
    ("Latifa", "لطيفة"),
    ("Malika", "مليكة"),
    ("Samira", "سميرة"),
    ("Hanane", "حنان"),
    ("Zineb", "زينب"),
    ("Meryem", "مريم"),
    ("Salma", "سلمى"),
    ("Hayat", "حياة"),
    ("Loubna", "لبنى"),
    ("Soukaina", "سكينة"),
    ("Rachida", "رشيدة"),
    ("Ihssane", "إحسان"),
    ("Nadia", "نادية"),
    ("Mohamed", "محمد"),
    ("Ahmed", "أحمد"),
    ("Hassan", "حسن"),
    ("Abdellah", "عبد الله"),
    ("Mustapha", "مصطفى"),
    ("Youssef", "يوسف"),
    ("Rachid", "رشيد"),
    ("Driss", "إدريس"),
    ("Omar", "عمر"),
    ("Khalid", "خالد"),
    ("Said", "سعيد"),
    ("Abdelkader", "عبد القادر"),
    ("Brahim", "إبراهيم"),
    ("Hamid", "حميد"),
    ("Mehdi", "مهدي"),
    ("Anouar", "أنوار"),
    ("Jaouad", "جواد"),
    ("Bouchaib", "بوشعيب"),
];

const FAMILY: &[(&str, &str)] = &[
    ("El Idrissi", "الإدريسي"),
    ("Benali", "بنعلي"),
    ("Alaoui", "علوي"),
    ("El Amrani", "العمراني"),
    ("Bennani", "بناني"),
    ("Chraibi", "الشرايبي"),
    ("Tazi", "التازي"),
    ("El Fassi", "الفاسي"),
    ("Berrada", "برادة"),
    ("Lahlou", "لحلو"),
    ("Ouazzani", "الوزاني"),
    ("Mansouri", "المنصوري"),
    ("Haddadi", "الحدادي"),
    ("Rami", "رامي"),
    ("Naciri", "الناصري"),
    ("Zouiten", "زويتن"),
    ("Kabbaj", "القباج"),
    ("Saidi", "السعيدي"),
    ("El Mekki", "المكي"),
    ("Boukili", "البوكيلي"),
    ("Daoudi", "الداودي"),
    ("Fikri", "فكري"),
    ("Ghazali", "الغزالي"),
    ("Hilali", "الهلالي"),
    ("Jabri", "الجابري"),
    ("Khaldi", "الخالدي"),
    ("Marzouki", "المرزوقي"),
    ("Nouri", "النوري"),
    ("Rahmouni", "الرحموني"),
    ("Sabri", "صابري"),
    ("Tahiri", "الطاهري"),
    ("Wahbi", "وهبي"),
    ("Yacoubi", "اليعقوبي"),
    ("Zerouali", "الزروالي"),
    ("Guessous", "ڭسوس"),
    ("Guerouani", "الݣرواني"),
    ("Bouazza", "بوعزة"),
    ("Lamrini", "لمريني"),
    ("Chaoui", "الشاوي"),
    ("Ziani", "الزياني"),
];
