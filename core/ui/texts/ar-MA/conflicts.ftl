# Texts: conflicts
conflicts-none = لا اختلافات
# review
conflicts-none-why = تظهر هنا القيم المختلفة المكتوبة في الوقت نفسه للخانة نفسها.
# review
conflicts-total = { $n ->
    [zero] لا اختلافات
    [one] اختلاف واحد
    [two] اختلافان
    [few] { $n } اختلافات
    [many] { $n } اختلافا
   *[other] { $n } اختلاف
}
# review
conflicts-all = عرض كل المشاريع
# review
conflicts-page = الصفحة { $page } من { $of }
# review
conflicts-done = تم حسم الاختلاف.
# review
conflicts-changed = تغيرت القيم منذ عرضها. أعد قراءتها ثم اختر من جديد.
# review
conflicts-gone = لم يعد هذا الاختلاف مفتوحا: ربما حُسم في هذه الأثناء.
# review
conflicts-not-allowed = دورك لا يسمح بحسم هذه الخانة.
# review
conflicts-weighty = تحمل المجاميع التي تحتسب هذا الرقم هذه العلامة إلى أن يُحسم.
# review
conflicts-visit = زيارة { $instant } ({ $kind })
# review
conflicts-visit-unknown = خانة من زيارة
# review
conflicts-newer = خانة من إصدار أحدث
# review
conflicts-value = القيمة
# review
conflicts-author = صاحبها
# review
conflicts-when = الإدخال والاستلام
# review
conflicts-received = استُلمت في { $instant }
# review
conflicts-not-received = لم تُستلم بعد
# review
conflicts-choose = اعتماد
# review
conflicts-other = قيمة أخرى
# review
conflicts-save = اعتماد هذه القيمة
