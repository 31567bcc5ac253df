//! Who registered the subject, and as what? Positions 1 and 2 of the credit code.
//!
//! GB 32100-2015 lists only 1, 5, 9 and Y; the others come from its first amendment of 2016 and later practice.
//! Not every category in use is listed, so a missing one proves nothing.

struct Authority {
    code: u8,
    name: &'static str,
    categories: &'static [(u8, &'static str)],
}

const OTHER: (u8, &str) = (b'9', "其他");

const AUTHORITIES: [Authority; 12] = [
    Authority {
        code: b'1',
        name: "机构编制",
        categories: &[(b'1', "机关"), (b'2', "事业单位"), (b'3', "中央编办直接管理机构编制的群众团体"), OTHER],
    },
    Authority { code: b'2', name: "外交", categories: &[(b'1', "外国常驻新闻机构"), OTHER] },
    Authority {
        code: b'3',
        name: "司法行政",
        categories: &[
            (b'1', "律师执业机构"),
            (b'2', "公证处"),
            (b'3', "基层法律服务所"),
            (b'4', "司法鉴定机构"),
            (b'5', "仲裁委员会"),
            OTHER,
        ],
    },
    Authority { code: b'4', name: "文化", categories: &[(b'1', "外国在华文化中心"), OTHER] },
    Authority {
        code: b'5',
        name: "民政",
        categories: &[(b'1', "社会团体"), (b'2', "民办非企业单位"), (b'3', "基金会"), OTHER],
    },
    Authority {
        code: b'6',
        name: "旅游",
        categories: &[(b'1', "外国旅游部门常驻代表机构"), (b'2', "港澳台旅游部门常驻机构"), OTHER],
    },
    Authority {
        code: b'7', name: "宗教", categories: &[(b'1', "宗教活动场所"), (b'2', "宗教院校"), OTHER]
    },
    Authority { code: b'8', name: "工会", categories: &[(b'1', "基层工会"), OTHER] },
    Authority {
        code: b'9',
        name: "市场监管",
        categories: &[(b'1', "企业"), (b'2', "个体工商户"), (b'3', "农民专业合作社")],
    },
    Authority {
        code: b'A', name: "中央军委改革和编制办公室", categories: &[(b'1', "军队事业单位"), OTHER]
    },
    Authority {
        code: b'N',
        name: "农业",
        categories: &[(b'1', "组级集体经济组织"), (b'2', "村级集体经济组织"), (b'3', "乡镇级集体经济组织"), OTHER],
    },
    Authority { code: b'Y', name: "其他", categories: &[(b'1', "其他")] },
];

/// The name of a registration authority.
pub(super) fn name(code: u8) -> Option<&'static str> {
    find(code).map(|authority| authority.name)
}

/// The name of a category under its authority.
pub(super) fn category(authority: u8, code: u8) -> Option<&'static str> {
    find(authority)?.categories.iter().find(|(category, _)| *category == code).map(|(_, name)| *name)
}

fn find(code: u8) -> Option<&'static Authority> {
    AUTHORITIES.iter().find(|authority| authority.code == code)
}
