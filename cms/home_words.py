"""The first words of the home page in each language; editors change them in the admin afterwards."""

from __future__ import annotations

from typing import Any

Body = list[tuple[str, Any]]

VIETNAMESE: Body = [
    (
        "hero",
        {
            "title": "Biết rõ ai làm ra, rồi mới mua.",
            "text": "Sản phẩm OCOP của hợp tác xã. Mỗi lô hàng có mã QR kể đúng nơi trồng, cách làm và ai đã kiểm tra.",
            "drawings": ["mango", "sheaf-of-rice", "lotus"],
        },
    ),
    ("group_chips", None),
    ("shelf", {"title": "Đang vào vụ", "kind": "in_season", "group": "", "slugs": [], "limit": 8}),
    (
        "how_it_works",
        {
            "title": "Quét một cái là rõ",
            "steps": [
                {
                    "drawing": "mobile-phone",
                    "title": "Quét mã trên gói hàng",
                    "text": "Mở máy ảnh điện thoại, đưa vào mã QR. Không cần cài gì, không cần đăng nhập.",
                },
                {
                    "drawing": "clipboard",
                    "title": "Đọc chuyện của lô hàng",
                    "text": "Ai trồng, hái ngày nào, sấy mấy độ, ai đã kiểm tra. Bước nào thiếu, trang nói là thiếu.",
                },
                {
                    "drawing": "basket",
                    "title": "Ưng thì mua thêm",
                    "text": "Trả bằng chuyển khoản hoặc thẻ. Hàng đi thẳng từ hợp tác xã đến nhà.",
                },
            ],
        },
    ),
    ("province_map", {"title": "Hàng đến từ đâu?", "text": "Bấm vào một tỉnh để xem hàng của bà con ở đó."}),
    ("shelf", {"title": "Lô mới đóng gói", "kind": "newest_batches", "group": "", "slugs": [], "limit": 4}),
    ("story_teaser", {"title": "Chuyện làng nghề", "limit": 3}),
    ("guide_teaser", {"title": "Làm theo là được", "for_whom": "", "limit": 4}),
    ("programme_teaser", {"title": "Chương trình đang nhận hồ sơ", "limit": 2}),
    (
        "call_to_action",
        {
            "title": "Nhà mình có hàng muốn bán?",
            "text": "Mở gian hàng không mất phí. Tổ công nghệ số cộng đồng đến tận nơi hướng dẫn.",
            "button": "Xem hướng dẫn",
            "page": None,
            "address": "/huong-dan/",
        },
    ),
]

ENGLISH: Body = [
    (
        "hero",
        {
            "title": "Know who made it, then buy it.",
            "text": "OCOP goods of Vietnam’s cooperatives. The QR code of each batch tells truly where it grew, "
            "how it was made and who checked it.",
            "drawings": ["mango", "sheaf-of-rice", "lotus"],
        },
    ),
    ("group_chips", None),
    ("shelf", {"title": "In season now", "kind": "in_season", "group": "", "slugs": [], "limit": 8}),
    (
        "how_it_works",
        {
            "title": "One scan tells it all",
            "steps": [
                {
                    "drawing": "mobile-phone",
                    "title": "Scan the code on the pack",
                    "text": "Point the phone’s camera at the QR code. Nothing to install, no account.",
                },
                {
                    "drawing": "clipboard",
                    "title": "Read the story of the batch",
                    "text": "Who grew it, when it was picked, how it was dried, who checked it. "
                    "A missing step is shown as missing.",
                },
                {
                    "drawing": "basket",
                    "title": "Like it? Buy more",
                    "text": "Pay by bank transfer or card. The goods come straight from the cooperative.",
                },
            ],
        },
    ),
    ("province_map", {"title": "Where do the goods come from?", "text": "Choose a province to see its goods."}),
    ("shelf", {"title": "Freshly packed", "kind": "newest_batches", "group": "", "slugs": [], "limit": 4}),
    ("story_teaser", {"title": "Stories of the craft", "limit": 3}),
    ("guide_teaser", {"title": "Short guides", "for_whom": "", "limit": 4}),
    ("programme_teaser", {"title": "Programmes to join now", "limit": 2}),
    (
        "call_to_action",
        {
            "title": "Do you make something yourself?",
            "text": "A booth costs nothing. The community digital team comes and helps.",
            "button": "Read the guides",
            "page": None,
            "address": "/en/guides/",
        },
    ),
]

# Awaits a speaker's review, as all Khmer here: docs/khmer.md.
KHMER: Body = [
    (
        "hero",
        {
            "title": "ដឹងច្បាស់ថាអ្នកណាផលិត រួចសឹមទិញ។",
            "text": "ផលិតផល OCOP របស់សហករណ៍។ កូដ QR លើឡូត៍នីមួយៗ ប្រាប់ពិតថាដាំដុះនៅទីណា ផលិតដោយរបៀបណា និងអ្នកណាបានពិនិត្យ។",
            "drawings": ["mango", "sheaf-of-rice", "lotus"],
        },
    ),
    ("group_chips", None),
    ("shelf", {"title": "កំពុងចូលរដូវ", "kind": "in_season", "group": "", "slugs": [], "limit": 8}),
    (
        "how_it_works",
        {
            "title": "ស្កេនមួយដងដឹងទាំងអស់",
            "steps": [
                {
                    "drawing": "mobile-phone",
                    "title": "ស្កេនកូដលើកញ្ចប់",
                    "text": "បើកកាមេរ៉ាទូរសព្ទ តម្រង់ទៅកូដ QR។ មិនបាច់ដំឡើងកម្មវិធី មិនបាច់មានគណនី។",
                },
                {
                    "drawing": "clipboard",
                    "title": "អានរឿងរបស់ឡូត៍",
                    "text": "អ្នកណាដាំ ប្រមូលផលថ្ងៃណា សម្ងួតដោយរបៀបណា អ្នកណាបានពិនិត្យ។ ជំហានណាខ្វះ ទំព័រប្រាប់ថាខ្វះ។",
                },
                {
                    "drawing": "basket",
                    "title": "ចូលចិត្ត អាចទិញទៀត",
                    "text": "បង់ដោយផ្ទេរប្រាក់ ឬកាត។ ទំនិញមកផ្ទាល់ពីសហករណ៍ដល់ផ្ទះ។",
                },
            ],
        },
    ),
    ("province_map", {"title": "ទំនិញមកពីណា?", "text": "ជ្រើសរើសខេត្តមួយដើម្បីមើលទំនិញ។"}),
    ("shelf", {"title": "ឡូត៍ទើបវេចខ្ចប់", "kind": "newest_batches", "group": "", "slugs": [], "limit": 4}),
    ("story_teaser", {"title": "រឿងភូមិសិប្បកម្ម", "limit": 3}),
    ("guide_teaser", {"title": "ការណែនាំខ្លីៗ", "for_whom": "", "limit": 4}),
    ("programme_teaser", {"title": "កម្មវិធីកំពុងទទួលពាក្យ", "limit": 2}),
    (
        "call_to_action",
        {
            "title": "គ្រួសារអ្នកមានទំនិញចង់លក់?",
            "text": "បើកតូបមិនគិតថ្លៃ។ ក្រុមបច្ចេកវិទ្យាឌីជីថលសហគមន៍មកណែនាំដល់ទីកន្លែង។",
            "button": "មើលការណែនាំ",
            "page": None,
            "address": "/km/huong-dan/",
        },
    ),
]
