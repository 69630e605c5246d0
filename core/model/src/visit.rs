//! The words of a visit.

use serde::{Deserialize, Serialize};

use crate::state::codes;

codes! {
    /// Why somebody went there.
    VisitKind {
        Diagnosis "diagnostic" "Diagnostic" "تشخيص";
        Launch "lancement" "Implantation / lancement" "إعطاء الانطلاقة";
        FollowUp "suivi" "Suivi courant" "تتبع عادي";
        SiteMeeting "reunion" "Réunion de chantier" "اجتماع الورش";
        PreReception "pre_reception" "Pré-réception" "ما قبل التسلم";
        ReservesLifting "levee" "Levée de réserves" "رفع التحفظات";
        Durability "perennite" "Pérennité / exploitation" "الاستدامة / الاستغلال";
        ActivityCheck "constat_agr" "Constat AGR" "معاينة نشاط مدر للدخل";
        Unannounced "inopinee" "Visite inopinée" "زيارة فجائية";
    }
}

codes! {
    /// What the site looked like.
    SiteState {
        NotInstalled "non_installe" "Non installé" "غير منصب";
        Installed "installe" "Installé" "منصب";
        Active "actif" "Actif" "نشيط";
        Slowed "ralenti" "Ralenti" "بطيء";
        Stopped "arrete" "Arrêté" "متوقف";
        Abandoned "abandonne" "Abandonné" "متخلى عنه";
        Finished "acheve" "Achevé" "منته";
        InService "en_service" "En service" "في الخدمة";
        OutOfService "hors_service" "Hors service" "خارج الخدمة";
    }
}

codes! {
    /// The stored state of a visit. That the province received it, approved it or sent it back
    /// is derived from the log and from the office's review.
    VisitStatus {
        Draft "draft" "Brouillon" "مسودة";
        Recorded "recorded" "Enregistré sur ce téléphone" "محفوظ في هذا الهاتف";
        Deleted "deleted" "Supprimée" "محذوفة";
    }
}

codes! {
    /// What a photo shows.
    PhotoRole {
        Overview "ensemble" "Vue d'ensemble" "منظر عام";
        Detail "detail" "Détail" "تفصيل";
        Defect "defaut" "Défaut" "عيب";
        SitePanel "panneau" "Panneau de chantier" "لوحة الورش";
    }
}

codes! {
    /// The five words a record can show, and nothing else anywhere.
    RecordWord {
        Draft "brouillon" "Brouillon" "مسودة";
        OnThisPhone "enregistre" "Enregistré sur ce téléphone" "محفوظ في هذا الهاتف";
        Received "recu" "Reçu par la province" "توصلت به العمالة";
        Approved "valide" "Validé" "مصادق عليه";
        Returned "a_corriger" "À corriger" "للتصحيح";
    }
}
