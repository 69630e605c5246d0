use super::*;

/// 23 November 2026, 13:05 UTC: 14:05 in Morocco.
const NOW_MS: i64 = 1_795_439_100_000;
const DAY_MS: i64 = 86_400_000;

/// Spaces as they are typed, marks of direction shown: a table that can be read.
fn readable(text: &str) -> String {
    text.replace(NARROW, "_")
        .replace(WIDE, "~")
        .replace(LTR, ">")
        .replace(['\u{2068}', '\u{2069}'], "")
}

fn check<I: Copy>(say: impl Fn(Texts, I) -> String, table: &[(I, &str, &str)]) {
    for (input, fr, ar) in table {
        assert_eq!(readable(&say(Texts::of(Language::Fr), *input)), *fr);
        assert_eq!(readable(&say(Texts::of(Language::Ar), *input)), *ar);
    }
}

#[test]
fn amounts_are_grouped_with_narrow_spaces() {
    check(
        |texts, centimes: i64| texts.amount(centimes),
        &[
            (0, "0,00_DH", "0,00_درهم"),
            (5, "0,05_DH", "0,05_درهم"),
            (123_456_789, "1_234_567,89_DH", "1_234_567,89_درهم"),
            (99_999, "999,99_DH", "999,99_درهم"),
            (100_000, "1_000,00_DH", "1_000,00_درهم"),
            (-150, "−1,50_DH", ">−1,50_درهم"),
            (
                i64::MIN,
                "−92_233_720_368_547_758,08_DH",
                ">−92_233_720_368_547_758,08_درهم",
            ),
        ],
    );
    check(
        |texts, centimes: i64| texts.amount_short(centimes),
        &[
            (0, "0_DH", "0_درهم"),
            (-99, "0_DH", "0_درهم"),
            (123_456_789, "1_234_567_DH", "1_234_567_درهم"),
            (-12_345, "−123_DH", ">−123_درهم"),
        ],
    );
}

#[test]
fn shares_are_cut_to_a_tenth() {
    check(
        |texts, basis_points: i64| texts.percent(basis_points),
        &[
            (0, "0_%", ">0_%>"),
            (4_700, "47_%", ">47_%>"),
            (4_759, "47,5_%", ">47,5_%>"),
            (9_999, "99,9_%", ">99,9_%>"),
            (10_000, "100_%", ">100_%>"),
            (-250, "−2,5_%", ">−2,5_%>"),
            (-9, "0_%", ">0_%>"),
        ],
    );
}

#[test]
fn days_and_times_are_said_in_words_of_morocco() {
    check(
        |texts, ms: i64| texts.day(ms),
        &[
            (NOW_MS, "23~novembre~2026", "23~نونبر~2026"),
            (NOW_MS + 8 * DAY_MS, "1er~décembre~2026", "1~دجنبر~2026"),
            // 23:30 UTC is the next day in Morocco.
            (1_795_476_600_000, "24~novembre~2026", "24~نونبر~2026"),
            (0, "1er~janvier~1970", "1~يناير~1970"),
            (i64::MAX, "date inconnue", "تاريخ غير معروف"),
        ],
    );
    check(
        |texts, ms: i64| texts.instant(ms),
        &[
            (
                NOW_MS,
                "23~novembre~2026 à~14~h~05",
                "23~نونبر~2026 على الساعة~14:05",
            ),
            (i64::MIN, "date inconnue", "تاريخ غير معروف"),
        ],
    );
    check(
        |texts, ms: i64| texts.time(ms),
        &[(NOW_MS, "14~h~05", "14:05"), (0, "1~h~00", "01:00")],
    );
    check(
        |texts, civil: &str| texts.day_of(civil),
        &[
            ("2026-08-01", "1er~août~2026", "1~غشت~2026"),
            ("2026-07-14", "14~juillet~2026", "14~يوليوز~2026"),
            ("2026-02-30", "2026-02-30", "2026-02-30"),
            ("\u{202e}<b>", "<b>", "<b>"),
        ],
    );
}

#[test]
fn ages_are_said_as_people_say_them() {
    check(
        |texts, age_ms: i64| texts.ago(NOW_MS - age_ms, NOW_MS),
        &[
            (0, "à l’instant", "الآن"),
            (-30_000, "à l’instant", "الآن"),
            (60_000, "il y a 1~minute", "قبل دقيقة"),
            (5 * 60_000, "il y a 5~minutes", "قبل 5 دقائق"),
            (59 * 60_000, "il y a 59~minutes", "قبل 59 دقيقة"),
            (3_600_000, "il y a 1~heure", "قبل ساعة"),
            (2 * 3_600_000, "il y a 2~heures", "قبل ساعتين"),
            // Yesterday evening is yesterday, not today, however few hours ago.
            (15 * 3_600_000, "hier", "أمس"),
            (2 * DAY_MS, "il y a 2~jours", "قبل يومين"),
            (3 * DAY_MS, "il y a 3~jours", "قبل 3 أيام"),
            (59 * DAY_MS, "il y a 59~jours", "قبل 59 يوما"),
            (60 * DAY_MS, "il y a 2~mois", "قبل شهرين"),
            (364 * DAY_MS, "il y a 12~mois", "قبل 12 شهرا"),
            (365 * DAY_MS, "il y a 1~an", "قبل سنة"),
            (800 * DAY_MS, "il y a 2~ans", "قبل سنتين"),
            (36_500 * DAY_MS, "il y a 100~ans", "قبل 100 سنة"),
            (-DAY_MS, "le 24~novembre~2026", "24~نونبر~2026"),
        ],
    );
    let texts = Texts::of(Language::Fr);
    assert_eq!(texts.ago(i64::MIN, NOW_MS), "date inconnue");
    // Ten minutes ago is ten minutes ago, although midnight lies between.
    let midnight_ms = 1_795_474_800_000;
    let at = texts.ago(midnight_ms - 300_000, midnight_ms + 300_000);
    assert_eq!(readable(&at), "il y a 10~minutes");
}

#[test]
fn sizes_and_distances_have_the_unit_a_person_expects() {
    check(
        |texts, bytes: u64| texts.size(bytes),
        &[
            (0, "0_o", "0_بايت"),
            (999, "999_o", "999_بايت"),
            (1_001, "2_ko", "2_ك.ب"),
            (350_000, "350_ko", "350_ك.ب"),
            (999_001, "1_Mo", "1_م.ب"),
            (3_400_000, "3,4_Mo", "3,4_م.ب"),
            (9_950_000, "10_Mo", "10_م.ب"),
            (12_000_001, "13_Mo", "13_م.ب"),
            (1_500_000_000, "1,5_Go", "1,5_ج.ب"),
            (u64::MAX, "18_446_744_074_Go", "18_446_744_074_ج.ب"),
        ],
    );
    check(
        |texts, metres: u64| texts.distance(metres),
        &[
            (0, "0_m", "0_م"),
            (350, "350_m", "350_م"),
            (1_150, "1,2_km", "1,2_كم"),
            (14_000, "14_km", "14_كم"),
        ],
    );
    assert_eq!(
        readable(&Texts::of(Language::Ar).count_of(12_345)),
        "12_345"
    );
}

#[test]
fn texts_lose_what_turns_or_breaks_a_line_and_nothing_else() {
    let table = [
        ("  piste\nrurale\u{0} ", "piste rurale"),
        ("\u{202e}gnp.egami\u{202c}", "gnp.egami"),
        ("دار الطالبة\u{200f}", "دار الطالبة\u{200f}"),
        ("<b>\"=1+1", "<b>\"=1+1"),
    ];
    for (text, shown) in table {
        assert_eq!(plain(text), shown);
    }
}
