//! What is measured: lines per second, on one core, of the name and address parsers.
//!
//! Corpus: made names in every combination of the lists below, in a fixed order, so that no run differs from another.
//! Addresses are written by hand in the forms that registers contain.
//! Note: items per second are names or addresses per second; the targets are 500 000 names and 300 000 addresses.

fn main() {
    divan::main();
}

mod name {
    use divan::Bencher;
    use divan::counter::ItemsCount;
    use minglu_rules::name::{self, EnterpriseName};

    const REGIONS: &[&str] = &["深圳市", "广州", "深圳市福田", "天津开发区", "", "上海", "西安", "广东省深圳市南山区"];
    const TRADE_NAMES: &[&str] = &["明鹭", "鹏程万里", "三一", "老王", "长安", "乾元", "白雲山", "好又多"];
    const INDUSTRIES: &[&str] = &["数据科技", "商贸", "创业投资", "小吃", "电子科技发展", "", "国际货运代理", "糠醛"];
    const ENDS: &[&str] = &[
        "有限公司",
        "店",
        "（集团）股份有限公司",
        "合伙企业（有限合伙）",
        "有限公司龙岗第一分公司",
        "有限公司(本部)",
        "厂",
        "",
    ];

    /// 8⁴ names.
    fn corpus() -> Vec<String> {
        let mut names = Vec::new();
        for region in REGIONS {
            for trade_name in TRADE_NAMES {
                for industry in INDUSTRIES {
                    names.extend(ENDS.iter().map(|end| format!("{region}{trade_name}{industry}{end}")));
                }
            }
        }
        names
    }

    #[divan::bench]
    fn parse(bencher: Bencher<'_, '_>) {
        let names = corpus();
        bencher
            .counter(ItemsCount::new(names.len()))
            .bench(|| names.iter().map(|line| name::parse(line).norm().len()).sum::<usize>());
    }

    #[divan::bench]
    fn parse_and_write_json(bencher: Bencher<'_, '_>) {
        let names = corpus();
        let json_len =
            |line: &String| serde_json::to_string(&name::parse(line).describe()).map_or(0, |json| json.len());
        bencher.counter(ItemsCount::new(names.len())).bench(|| names.iter().map(json_len).sum::<usize>());
    }

    #[divan::bench]
    fn similarity(bencher: Bencher<'_, '_>) {
        let names: Vec<EnterpriseName> = corpus().iter().map(|line| name::parse(line)).collect();
        let pairs = names.len() - 1;
        bencher
            .counter(ItemsCount::new(pairs))
            .bench(|| names.windows(2).map(|pair| name::similarity(&pair[0], &pair[1])).sum::<f64>());
    }
}

/// Addresses: full and sparse, rural and urban, with default division 深圳市.
mod address {
    use divan::Bencher;
    use divan::counter::ItemsCount;
    use minglu_rules::{address, division};

    const ADDRESSES: &[&str] = &[
        "广东省深圳市南山区粤海街道科技园社区科苑路15号科兴科学园A栋3单元15层1501",
        "深圳市南山区科苑路15号科兴科学园A座1501室",
        "深圳市前海深港合作区前湾一路1号A栋201室（入驻深圳市前海商务秘书有限公司）",
        "龙岗区坂田街道五和大道南118号和成世纪名园3号楼B座负一层",
        "福田区华强北路与振兴路交叉口西南角",
        "深圳市龙华区观湖街道鹭湖社区澜清一路3号荣超新时代广场B座1801-2118",
        "深圳市宝安区福永街道桥头社区正中工业厂区7栋1-5层厂房",
        "上海市徐汇区漕溪北路8弄16号1203室",
        "北京市海淀区中关村南大街31号神舟科技大厦12层",
        "湖北省黄石市大冶市金山店镇红卫村4组12号",
        "江苏省张家港市东南大道1号（张家港经济技术开发区）",
        "杭州市下城区五里塘苑37-6-1163",
    ];

    #[divan::bench]
    fn parse(bencher: Bencher<'_, '_>) {
        let default = division::named("深圳市");
        bencher
            .counter(ItemsCount::new(ADDRESSES.len()))
            .bench(|| ADDRESSES.iter().map(|text| address::parse(text, default).keys().len()).sum::<usize>());
    }

    #[divan::bench]
    fn describe_as_json(bencher: Bencher<'_, '_>) {
        let default = division::named("深圳市");
        bencher.counter(ItemsCount::new(ADDRESSES.len())).bench(|| {
            let json = |text: &&str| serde_json::to_string(&address::describe(text, default));
            ADDRESSES.iter().filter_map(|text| json(text).ok()).map(|json| json.len()).sum::<usize>()
        });
    }

    #[divan::bench]
    fn compare(bencher: Bencher<'_, '_>) {
        let default = division::named("深圳市");
        let parsed: Vec<_> = ADDRESSES.iter().map(|text| address::parse(text, default)).collect();
        bencher.counter(ItemsCount::new(parsed.len() * parsed.len())).bench(|| {
            let pairs = parsed.iter().flat_map(|a| parsed.iter().map(move |b| (a, b)));
            pairs.map(|(a, b)| address::compare(a, b).similarity).sum::<f64>()
        });
    }

    #[divan::bench]
    fn division_prefix(bencher: Bencher<'_, '_>) {
        bencher.counter(ItemsCount::new(ADDRESSES.len())).bench(|| {
            ADDRESSES.iter().filter_map(|text| division::prefix(text)).map(|prefix| prefix.len).sum::<usize>()
        });
    }
}
