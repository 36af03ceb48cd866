"""The first words of the home page in both languages; editors change them in the admin afterwards."""

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
    ("shelf", {"title": "Lô mới đóng gói", "kind": "newest_batches", "group": "", "slugs": [], "limit": 4}),
    ("story_teaser", {"title": "Chuyện làng nghề", "limit": 3}),
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
    ("shelf", {"title": "Freshly packed", "kind": "newest_batches", "group": "", "slugs": [], "limit": 4}),
    ("story_teaser", {"title": "Stories of the craft", "limit": 3}),
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
