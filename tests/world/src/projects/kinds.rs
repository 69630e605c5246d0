//! What projects are about: one line per kind, with its share of its programme.

/// Where a kind of project makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// One commune.
    One,
    /// Now and then two neighbours share it.
    MaybeTwo,
}

/// A kind of project. In the titles `{d}` stands for a douar or quarter and `{c}` for
/// the word commune and its name.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) share: u64,
    pub(super) sector: &'static str,
    pub(super) nature: &'static str,
    pub(super) operation: &'static str,
    pub(super) axis: &'static str,
    pub(super) span: Span,
    /// Least and most direct beneficiaries.
    pub(super) beneficiaries: (i64, i64),
    pub(super) title_fr: &'static str,
    pub(super) title_ar: &'static str,
}

macro_rules! kinds {
    ($name:ident: $($share:literal $sector:ident $nature:ident $operation:ident $span:ident
        $least:literal..$most:literal $axis:literal $fr:literal $ar:literal;)*) => {
        pub(super) const $name: &[Kind] = &[$(Kind {
            share: $share,
            sector: stringify!($sector),
            nature: stringify!($nature),
            operation: stringify!($operation),
            axis: $axis,
            span: Span::$span,
            beneficiaries: ($least, $most),
            title_fr: $fr,
            title_ar: $ar,
        },)*];
    };
}

kinds! { INFRASTRUCTURE:
    5 PIS TRAVAUX construction MaybeTwo 180..2400 "" "Construction d'une piste rurale desservant {d}, {c}" "بناء مسلك قروي يؤدي إلى {d}، {c}";
    2 PIS TRAVAUX amenagement MaybeTwo 150..1800 "" "Réhabilitation de la piste et de deux dallots à {d}, {c}" "إصلاح المسلك ومنشأتين فنيتين ب{d}، {c}";
    4 EAU TRAVAUX raccordement One 120..1500 "" "Alimentation en eau potable de {d}, {c}" "تزويد {d} بالماء الصالح للشرب، {c}";
    2 EAU TRAVAUX construction One 90..900 "" "Forage et équipement d'un point d'eau à {d}, {c}" "إنجاز وتجهيز ثقب مائي ب{d}، {c}";
    2 ELE TRAVAUX extension One 60..700 "" "Extension du réseau électrique à {d}, {c}" "توسيع شبكة الكهرباء ب{d}، {c}";
    2 SAN TRAVAUX amenagement One 400..3200 "" "Aménagement du centre de santé rural de {d}, {c}" "تهيئة المركز الصحي القروي {d}، {c}";
    2 EDU TRAVAUX construction One 60..420 "" "Construction de deux salles de classe à l'école {d}, {c}" "بناء حجرتين دراسيتين بمدرسة {d}، {c}";
    1 ASS TRAVAUX construction One 200..1600 "" "Assainissement liquide de {d}, {c}" "التطهير السائل ب{d}، {c}";
    1 EDU TRAVAUX raccordement One 80..380 "" "Raccordement de l'école {d} à l'eau et à l'électricité, {c}" "ربط مدرسة {d} بالماء والكهرباء، {c}";
}

kinds! { PRECARITY:
    4 SOC SUBVENTION fonctionnement One 25..240 "" "Fonctionnement du centre d'accueil des personnes âgées {d}, {c}" "تسيير مركز استقبال الأشخاص المسنين {d}، {c}";
    3 SOC TRAVAUX amenagement One 30..260 "" "Mise à niveau du centre des personnes en situation de handicap {d}, {c}" "تأهيل مركز الأشخاص في وضعية إعاقة {d}، {c}";
    3 SAN FOURNITURE acquisition MaybeTwo 300..4200 "" "Acquisition d'une ambulance équipée pour {d}, {c}" "اقتناء سيارة إسعاف مجهزة لفائدة {d}، {c}";
    3 SOC FOURNITURE equipement One 40..320 "" "Équipement du centre social {d}, {c}" "تجهيز المركز الاجتماعي {d}، {c}";
    3 SOC SUBVENTION fonctionnement One 30..200 "" "Accompagnement des enfants sans famille au centre {d}, {c}" "مواكبة الأطفال بدون أسر بمركز {d}، {c}";
    2 SAN SUBVENTION fonctionnement One 20..90 "" "Appui au centre d'hémodialyse {d}, {c}" "دعم مركز تصفية الدم {d}، {c}";
    2 SOC TRAVAUX construction One 45..180 "" "Construction d'un centre d'hébergement pour personnes sans abri à {d}, {c}" "بناء مركز إيواء الأشخاص بدون مأوى ب{d}، {c}";
    2 URG ACTION fonctionnement One 200..1900 "" "Cellule de veille sociale, campagne d'hiver à {d}, {c}" "خلية اليقظة الاجتماعية، حملة الشتاء ب{d}، {c}";
    1 SOC FOURNITURE acquisition One 15..120 "" "Acquisition de fauteuils et d'appareils pour l'association {d}, {c}" "اقتناء كراس ومعدات لفائدة جمعية {d}، {c}";
}

kinds! { INCOME:
    5 JEU INDIVIDUEL accompagnement One 1..3 "inclusion économique des jeunes" "Atelier de couture d'une jeune porteuse de projet, {d}, {c}" "ورشة خياطة لشابة حاملة مشروع، {d}، {c}";
    5 JEU INDIVIDUEL equipement One 1..3 "inclusion économique des jeunes" "Atelier de mécanique et d'électricité automobile, {d}, {c}" "ورشة ميكانيك وكهرباء السيارات، {d}، {c}";
    4 JEU INDIVIDUEL equipement One 1..4 "inclusion économique des jeunes" "Boulangerie et pâtisserie de quartier, {d}, {c}" "مخبزة وحلويات الحي، {d}، {c}";
    4 JEU INDIVIDUEL equipement One 1..3 "inclusion économique des jeunes" "Menuiserie aluminium d'un jeune entrepreneur, {d}, {c}" "نجارة الألمنيوم لشاب مقاول، {d}، {c}";
    4 JEU INDIVIDUEL equipement One 1..2 "inclusion économique des jeunes" "Salon de coiffure d'une jeune diplômée, {d}, {c}" "صالون حلاقة لشابة حاصلة على دبلوم، {d}، {c}";
    3 JEU INDIVIDUEL equipement One 1..2 "inclusion économique des jeunes" "Services informatiques et photographie, {d}, {c}" "خدمات الإعلاميات والتصوير، {d}، {c}";
    3 AGRI INDIVIDUEL acquisition One 1..3 "inclusion économique des jeunes" "Élevage de volailles fermières, {d}, {c}" "تربية الدواجن البلدية، {d}، {c}";
    3 AGRI INDIVIDUEL acquisition One 1..3 "inclusion économique des jeunes" "Apiculture, vingt ruches pleines, {d}, {c}" "تربية النحل، عشرون خلية، {d}، {c}";
    2 AGR SUBVENTION equipement One 7..32 "amélioration du revenu" "Coopérative féminine de couscous et de produits du terroir, {d}, {c}" "تعاونية نسائية للكسكس والمنتجات المجالية، {d}، {c}";
    1 AGR SUBVENTION equipement One 6..28 "amélioration du revenu" "Coopérative d'huile d'olive, équipement de l'unité, {d}, {c}" "تعاونية زيت الزيتون، تجهيز الوحدة، {d}، {c}";
    1 ARC SUBVENTION equipement One 8..40 "amélioration du revenu" "Coopérative de tissage et de tapis, {d}, {c}" "تعاونية النسيج والزربية، {d}، {c}";
    1 JEU ACTION accompagnement One 40..260 "plateformes des jeunes" "Session de formation à l'entrepreneuriat à la plateforme des jeunes, {d}, {c}" "دورة تكوينية في المقاولة بمنصة الشباب، {d}، {c}";
}

kinds! { GENERATIONS:
    6 PRE SUBVENTION fonctionnement One 18..50 "préscolaire en milieu rural" "Unité de préscolaire {d}, construction et gestion de deux ans, {c}" "وحدة التعليم الأولي {d}، البناء والتسيير لسنتين، {c}";
    3 PRE TRAVAUX construction One 20..60 "préscolaire en milieu rural" "Construction d'une salle de préscolaire à {d}, {c}" "بناء حجرة للتعليم الأولي ب{d}، {c}";
    3 EDU FOURNITURE acquisition MaybeTwo 35..160 "soutien scolaire et lutte contre la déperdition" "Acquisition d'un minibus de transport scolaire pour {d}, {c}" "اقتناء حافلة للنقل المدرسي لفائدة {d}، {c}";
    3 DAR FOURNITURE equipement One 40..180 "soutien scolaire et lutte contre la déperdition" "Équipement de Dar Taliba {d} en chauffe-eau solaires, {c}" "تجهيز دار الطالبة {d} بسخانات شمسية، {c}";
    2 DAR TRAVAUX extension One 60..160 "soutien scolaire et lutte contre la déperdition" "Extension de Dar Talib {d}, {c}" "توسيع دار الطالب {d}، {c}";
    3 SAN ACTION fonctionnement MaybeTwo 250..1800 "santé de la mère et de l'enfant" "Caravane médicale mère et enfant à {d}, {c}" "قافلة طبية للأم والطفل ب{d}، {c}";
    2 SAN TRAVAUX amenagement One 200..1400 "santé de la mère et de l'enfant" "Aménagement de Dar Al Oumouma {d}, {c}" "تهيئة دار الأمومة {d}، {c}";
    3 EDU ACTION accompagnement One 60..480 "soutien scolaire et lutte contre la déperdition" "Soutien scolaire au collège {d}, {c}" "الدعم المدرسي بإعدادية {d}، {c}";
    2 SPO TRAVAUX construction One 120..900 "épanouissement des jeunes" "Terrain de sport de proximité à {d}, {c}" "ملعب القرب ب{d}، {c}";
    1 CUL ACTION fonctionnement One 80..600 "épanouissement des jeunes" "Atelier de théâtre et de lecture à {d}, {c}" "ورشة المسرح والقراءة ب{d}، {c}";
}

/// The kinds of a programme of phase III.
pub(super) fn of_programme(programme: &str) -> &'static [Kind] {
    match programme {
        "P1" => INFRASTRUCTURE,
        "P2" => PRECARITY,
        "P3" => INCOME,
        _ => GENERATIONS,
    }
}

/// Whether a kind belongs to the country.
pub(super) fn is_rural(kind: &Kind) -> bool {
    matches!(kind.sector, "PIS" | "AGRI" | "PRE") || kind.title_fr.contains("rural")
}

/// Made-up douars and quarters, in both scripts.
pub(super) const PLACES: &[(&str, &str)] = &[
    ("Oulad Ali", "أولاد علي"),
    ("Oulad Brahim", "أولاد إبراهيم"),
    ("Lahjajma", "لحجاجمة"),
    ("Sidi Bouazza", "سيدي بوعزة"),
    ("Laâouinat", "لعوينات"),
    ("Oulad Smain", "أولاد اسماعين"),
    ("Sidi Abdelaziz", "سيدي عبد العزيز"),
    ("Lakhnadek", "لخنادق"),
    ("Oulad Moussa", "أولاد موسى"),
    ("Ain Zitoun", "عين الزيتون"),
    ("Lahlalma", "لهلالمة"),
    ("El Massira", "المسيرة"),
    ("Annahda", "النهضة"),
    ("El Fath", "الفتح"),
    ("Sidi Lahcen", "سيدي لحسن"),
    ("Oulad Bougrine", "أولاد بوݣرين"),
    ("Lagfaf Ouest", "الڭفاف الغربي"),
    ("Bir Jdid", "البئر الجديد"),
    ("Dar Hamra", "الدار الحمراء"),
    ("Al Wahda", "الوحدة"),
    ("Tnine", "الاثنين"),
    ("Koudiat Ennour", "كدية النور"),
];

/// States that a project of a nature can be in late in 2026, with their shares. Shares of 1 keep
/// every code in the demonstration.
pub(super) fn states(nature: &str) -> &'static [(&'static str, u64)] {
    match nature {
        "TRAVAUX" => &[
            ("EXPLOITATION", 9),
            ("GARANTIE", 8),
            ("EN_COURS", 8),
            ("CLOS", 5),
            ("RD", 3),
            ("RP_AVEC", 3),
            ("ACHEVE", 3),
            ("ARRET", 3),
            ("RP_SANS", 2),
            ("RESERVES_LEVEES", 2),
            ("PASSATION", 2),
            ("ATTRIBUE", 2),
            ("NON_FONCT", 2),
            ("RP_REFUS", 1),
            ("RD_REFUS", 1),
            ("INFRUCTUEUX", 1),
            ("RESILIE", 1),
            ("ANNULE", 1),
        ],
        "FOURNITURE" => &[
            ("EXPLOITATION", 6),
            ("RP_SANS", 2),
            ("EN_COURS", 2),
            ("PASSATION", 1),
            ("CREDITE", 1),
            ("CLOS", 3),
        ],
        "INDIVIDUEL" => &[
            ("CLOS", 28),
            ("EXPLOITATION", 28),
            ("EN_COURS", 22),
            ("NON_FONCT", 5),
            ("CREDITE", 4),
            ("CONVENTIONNE", 4),
            ("ANNULE", 3),
            ("APPROUVE", 3),
            ("INSTRUCTION", 3),
            ("DEPOSE", 3),
            ("PROPOSE", 2),
            ("IDEE", 2),
            ("COMPLEMENT", 1),
            ("REJETE", 2),
            ("AJOURNE", 1),
        ],
        _ => &[
            ("CLOS", 6),
            ("EN_COURS", 6),
            ("EXPLOITATION", 5),
            ("CREDITE", 1),
            ("CONVENTIONNE", 1),
            ("ANNULE", 1),
        ],
    }
}
