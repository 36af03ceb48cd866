"""The headings of our files, in Vietnamese, as imports read them back; with the width of each column."""

from __future__ import annotations

Headings = tuple[tuple[str, int], ...]

GOODS: Headings = (
    ("Mã hàng", 11), ("Mã gói", 11), ("Tên hàng", 30), ("Loại hàng", 22), ("Nhóm OCOP", 11), ("Độ cồn", 9),
    ("Đựng trong", 12), ("Lượng một gói", 15), ("Giá bán", 13), ("Nặng cả bao bì", 15), ("Mã vạch", 16),
    ("Hạn dùng", 12), ("Giới thiệu", 50), ("Câu chuyện", 50),
)  # fmt: skip
LOTS: Headings = (
    ("Số lô", 16), ("Tên hàng", 30), ("Mã gói", 11), ("Gói", 16), ("Ngày đóng gói", 14), ("Số gói", 10),
)  # fmt: skip
LOTS_MORE: Headings = (("Còn lại", 10), ("Dùng trước", 14), ("Tình trạng", 16), ("Mã truy xuất", 14))
STEPS: Headings = (
    ("Số lô", 16), ("Tên hàng", 30), ("Công đoạn", 30), ("Lúc", 18), ("Ghi lúc", 18), ("Lượng", 14),
    ("Đã báo sai", 12), ("Mã bản ghi", 60),
)  # fmt: skip
ORDERS: Headings = (
    ("Mã đơn", 12), ("Đặt lúc", 18), ("Tình trạng", 18), ("Món hàng", 30), ("Gói", 16), ("Số gói bán", 10),
    ("Giá lúc bán", 13), ("Giảm giá", 13), ("Thành tiền", 13), ("Tiền giao hàng cả đơn", 18), ("Tổng cả đơn", 14),
    ("Trả tiền lúc", 18), ("Mã giảm giá", 12),
)  # fmt: skip
HAND_SALES: Headings = (
    ("Ngày bán", 12), ("Bán ở đâu", 20), ("Chợ, chỗ", 24), ("Món hàng", 30), ("Gói", 16), ("Số lô", 16),
    ("Số gói bán", 10), ("Giá lúc bán", 13), ("Thành tiền", 13), ("Trả tiền", 20), ("Đã lấy lại", 12),
)  # fmt: skip
BUYERS: Headings = (("Người mua", 24), ("Điện thoại", 15), ("Xã, tỉnh", 34), ("Số nhà, đường", 40))
ZONES: Headings = (
    ("Vùng", 24), ("Gửi tới", 60), ("Gam đầu", 10), ("Phí đầu", 12), ("Mỗi gam thêm", 12), ("Thêm tiền", 12),
    ("Ngày nhanh nhất", 12), ("Ngày lâu nhất", 12), ("Miễn phí từ", 14), ("Nặng nhất (g)", 12), ("Hàng lạnh", 10),
    ("Hàng lạnh thêm", 13),
)  # fmt: skip
VOUCHERS: Headings = (
    ("Mã giảm giá", 14), ("Giảm phần trăm", 12), ("Giảm tiền", 13), ("Giảm nhiều nhất", 14), ("Tiền hàng từ", 13),
    ("Từ ngày", 12), ("Đến ngày", 12), ("Số lượt", 10), ("Lượt mỗi số điện thoại", 12), ("Đã dùng", 10),
    ("Đã giảm tất cả", 14), ("Ngừng lúc", 18),
)  # fmt: skip
STATEMENT: Headings = (
    ("Ngày", 12), ("Việc", 26), ("Mã", 16), ("Tiền hàng", 13), ("Tiền giao hàng", 14), ("Tổng", 13), ("Hoa hồng", 12),
    ("Thuế giữ lại", 12), ("Vào thẳng tài khoản HTX", 14), ("Cộng trừ", 13), ("Thật hay mô phỏng", 18),
)  # fmt: skip
