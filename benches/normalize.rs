//! What is measured: lines per second, on one core, of the name and address parsers.
//!
//! Corpus: made names in every combination of the lists below, in a fixed order, so that no run differs from another.
//! Note: items per second are names per second; the target is 500 000.

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
