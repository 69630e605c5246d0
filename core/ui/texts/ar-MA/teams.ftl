# Phones and teams, in the office.
# review
teams-none = لا هاتف مسجل: ادع شخصا أولا.
# review
teams-caption = الهواتف، الأحدث اتصالا أولا
# review
teams-person = الشخص
# review
teams-device = الهاتف
# review
teams-seen = آخر اتصال
# review
teams-places = الجماعات والأدوار
# review
teams-receipt = آخر وصل
# review
teams-rights = الحقوق
# review
teams-cloned = مكرر
# review
teams-revoked = سُحبت حقوقه
# review
teams-silent = بدون اتصال
# review
teams-revoke = سحب الحقوق
# review
teams-revoke-why = لن يتوصل هذا الهاتف بشيء ولن يرسل شيئا ابتداء من الآن. ما توصلت به العمالة يبقى محفوظا. لا يمكن التراجع: ستلزم دعوة جديدة.
# review
teams-invite = دعوة شخص
# review
teams-invite-button = إنشاء الدعوة
# review
teams-name-fr = الاسم بالحروف اللاتينية
# review
teams-name-ar = الاسم بالعربية
# review
teams-role = الدور
# review
teams-where = الجماعات
# review
teams-no-address = لم يعلن الخادم بعد عن عنوان للهواتف.
# review
teams-invitation = دعوة
# review
teams-invitation-how = افتح «جولة» في الهاتف وامسح هذا الرمز، أو ألصق النص. يُستعمل مرة واحدة.
# review
teams-invitation-code = رمز للمسح
# review
teams-invitation-text = نص الدعوة
# review
teams-invitation-until = صالحة إلى غاية { $when }.
# review
teams-phones = الهواتف
# review
teams-people = الأشخاص
# review
teams-people-caption = أعضاء الفرق وجماعاتهم وهواتفهم
# review
teams-as-known = كما عُرف عند آخر اتصال لكل هاتف
# review
teams-version = الإصدار { $version }
# review
teams-waiting = لم يُرسل بعد
# review
teams-waiting-nothing = لا شيء كان في الانتظار
# review
teams-waiting-unknown = لم يُعلن بعد
# review
teams-waiting-as-of = إلى غاية { $when }
# review
teams-waiting-changes = { $n ->
    [zero] لا تعديل
    [one] تعديل واحد
    [two] تعديلان
    [few] { $n } تعديلات
    [many] { $n } تعديلا
   *[other] { $n } تعديل
}
# review
teams-waiting-files = { $n ->
    [zero] لا ملف
    [one] ملف واحد
    [two] ملفان
    [few] { $n } ملفات
    [many] { $n } ملفا
   *[other] { $n } ملف
}
# review
teams-nameless = شخص بدون اسم
# review
teams-person-no-phone = لا هاتف إلى الآن.
# review
teams-person-no-place = ليس لهذا الشخص دور في أي جماعة.
# review
teams-person-nowhere = أسند أولا جماعة لهذا الشخص، وإلا فلن يتوصل هاتفه بشيء.
# review
teams-another = دعوة هاتف آخر
# review
teams-another-why = لهاتف إضافي، أو بدلا من هاتف ضائع. يحصل على جماعات الشخص وأدواره.
# review
teams-revoke-or-lost = ضائع، أو لسحب الحقوق
# review
teams-places-caption = الدور حسب الجماعة
# review
teams-place = الجماعة
# review
teams-role-none = بدون دور هنا
# review
teams-add-place = إضافة جماعة
# review
teams-add-place-button = إضافة
# review
teams-choose-place = اختر…
# review
teams-done-place = سُجل الدور. تعلم به هواتف الشخص عند اتصالها المقبل.
# review
teams-done-ended = سُحب الدور. تعلم بذلك هواتف الشخص عند اتصالها المقبل.
# review
teams-done-revoked = سُحبت حقوق الهاتف.
# review
desk-fault-name = اكتب اسم الشخص بدون رموز خفية.
# review
desk-fault-places = اختر جماعة واحدة على الأقل من اللائحة.
# review
desk-fault-role = لا يمكن إسناد هذا الدور من هنا.
# review
desk-fault-view-name = اختر اسما أقصر لهذا العرض.
# review
desk-fault-view-query = لا يمكن حفظ هذا العرض.
# review
desk-fault-views-full = لديك خمسون عرضا: احذف واحدا.
