//! What is measured: how often search finds the very entity behind a damaged name, and how long it takes.
//!
//! Corpus: N generated enterprises (default 1,000,000; `cargo bench -p minglu-index --bench query -- 200000` for
//! fewer) named place + trade name + trade + legal form. Trade names follow a Zipf law: 55 % are two or three of 40
//! favorite characters (鑫盛华达…), so that rare-looking pairs are not rare; no two entities share a full name, as in
//! a register. Half of the places are one city. Queries: 500 of each damage, drawn with a fixed seed:
//! one letter dropped, two neighbors swapped, one letter wrong, trade name and trade alone, place moved into brackets,
//! place shortened and tail cut; then codes, beginnings of codes, people and addresses.
//!
//! Note: recall@k counts only the very entity; another one that fits the query as well is a miss. One thread.

use std::time::{Duration, Instant};

use minglu_index::search::{SearchIndex, SearchQuery};
use minglu_index::write::{EntityDoc, build};

/// Seed of the corpus; queries use the next one.
const SEED: u64 = 20_261_121;
const N_ENTITIES_DEFAULT: usize = 1_000_000;
const N_QUERIES_PER_DAMAGE: usize = 500;
const N_INDEX_THREADS: usize = 2;
const INDEX_BUDGET_BYTES: usize = 1 << 30;

const FAVORITES: &str = "鑫盛华达宏源泰兴隆丰恒瑞信诚德天海金龙凤祥福安康美佳新科中联通创亿万利顺昌荣";
const LETTERS: &str = "一丁七三上东丝丹丽久义之乐九云五京人仁仕仙代任众伟传伦伯伴佑佰依侨俊保信健傲元先光克全八公六兰共兴典养冀冠冰凌凡凯凰利前力加劲勇勤包北十升华卓协南博卡卫印厚原友双发叶合同名启吴周呈和品哈唐商善喜嘉四固国图圆圣坤城基堂境墨士壹声壶夏多大天太头奇奥好如妙妮威娜子孔季学宁宇安宏宗官定宜宝实客宫家容宽宾富寓寰尊小尔尚山岚岛岩岭峰崇川工左巨巴市布帆师帝常平年广庆库康庭建开异弘强彤彩影征徐微心必志快怡思恋恩悦情惠想意慧慕成战房扬承拓拾捷搏攀攸放政敏文斯新方旅无旭时旺昂昆明易星春昱晋晓晖晨普景智曙曜曼月有朋木未本术朱机朵杉杰松极林果枫柏柳标树格桂桃桥桦梦梅梓森楚楼榕横橙欣欧歌正武毅民水永江汇汉池沁沃河法泉波泰洁洋洛洲活浩海润涛淘深清渔渝港湖湘湾源溪滨漫潮澜澳火炎点焦然煌照熊熠燕爱牛特狮玉王玖玛环现珍珠琪琳琴瑜瑶璟璞瓦生田甲电男界畅白百皓盈益盟相睿知石硕碧礼祥禾秀秋秦程穗空立童端竹笑笛第筑简箭米精紫红纪纳纯纵线络维绿缘缤网罗羊群翔翠翰翼老聚联肯胜脉腾自至致舒航舟良艺艾芙花芯芳苏若英茂茗范荟荣莎莲菲萌萨萱蓉蓝薇虎虹蜂融融行衡裕西见观言讯诗语诺谊谐谷豪贝财贸资赛赢赫起超越跃路车辉辰达迅迈进远迪途通速逸道邦郎都酷里重野量金钜钧钰铁铂铭银锋锐锦镇长门间阔队阳阿陆际陈雄集雅雨雪零雷震霖青静非韵顶项顺颂领颐风飞食馨香马驰驿驼骄骏骐高魏鱼鲁鲜鸣鸿鹏鹤鹭鹰鹿麒麦黄黎黑鼎鼠齐龙";
const PLACES: &str = "深圳市 深圳 广州市 东莞市 惠州市 佛山市 珠海市 中山市 北京市 上海市 杭州市 南京市 苏州市 成都市 武汉市 重庆市 西安市 长沙市 厦门市 福州市 青岛市 济南市 郑州市 合肥市 天津市 宁波市 无锡市 昆明市 南昌市 大连市 沈阳市 广东省 湖南省 福建省 浙江省 江苏省";
const DISTRICTS: &str = "福田区 罗湖区 南山区 宝安区 龙岗区 龙华区 盐田区 坪山区 光明区";
const TRADE_HEADS: &str = "电子 信息 网络 计算机 软件 智能 环保 建筑 装饰 工程 物流 供应链 医疗 生物 食品 餐饮 服装 家具 五金 塑胶 模具 机械 精密 光电 通信 汽车 房地产 物业 投资 文化 广告 传媒 教育 旅游 农业 能源 新材料 化工 包装 印刷 珠宝 贸易 进出口 电器 自动化 半导体 互联网 数字 健康 美容";
const TRADE_TAILS: &str =
    "科技 技术 贸易 发展 实业 服务 工程 系统 管理 咨询 设备 制品 材料 产业 控股 开发 制造 销售 设计 配件";
const FORMS: &str =
    "有限公司 有限公司 有限公司 有限公司 有限公司 有限公司 有限责任公司 股份有限公司 中心（有限合伙） 商行 经营部";
const ROADS: &str = "深南大道 华强北路 科苑路 宝安大道 龙岗大道 彩田路 福华路 滨河大道 沙河西路 学府路 民治大道 布龙路 坂雪岗大道 新洲路 红荔路 笋岗路 人民南路 东门中路 松白路 公明大街";
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗";

fn main() {
    let n_entities = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(N_ENTITIES_DEFAULT);
    let mut corpus = Corpus::new();
    let entities: Vec<Entity> = (0..n_entities).map(|entity_idx| corpus.entity(entity_idx)).collect();
    let dir = std::env::temp_dir().join(format!("minglu-bench-query-{}", std::process::id()));
    let start = Instant::now();
    let docs = entities.iter().enumerate().map(|(entity_idx, entity)| entity.doc(entity_idx));
    let report = build(&dir, docs, N_INDEX_THREADS, 0, INDEX_BUDGET_BYTES).expect("the directory can be written");
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "build: {n_entities} entities in {seconds:.1} s = {:.0} docs/s, {} segments, {:.0} MB",
        n_entities as f64 / seconds,
        report.n_segments,
        report.n_bytes as f64 / 1e6
    );
    let start = Instant::now();
    let index = SearchIndex::open(&dir).expect("the index was just built");
    println!("open: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("{:<10} {:>6} {:>6} {:>9} {:>9} {:>9}", "query", "R@1", "R@10", "p50 ms", "p95 ms", "p99 ms");
    measure(&index, &entities);
    std::fs::remove_dir_all(&dir).expect("the directory is ours");
}

/// Makes the text of a query from an entity and chance.
type Damage = fn(&Entity, &mut Random) -> String;

fn measure(index: &SearchIndex, entities: &[Entity]) {
    let names: [(&str, Damage); 6] = [
        ("drop1", drop1),
        ("swap", swap),
        ("subst", subst),
        ("abbrev", abbrev),
        ("reorder", reorder),
        ("short", short),
    ];
    let others: [(&str, Damage); 5] = [
        ("exact", |entity, _| entity.name()),
        ("code", |entity, _| entity.code.clone()),
        ("code start", |entity, _| entity.code[8..15].to_owned()),
        ("person", |entity, _| entity.person.clone()),
        ("address", |entity, _| entity.address.clone()),
    ];
    let mut random = Random(SEED + 1);
    for (_, damage) in names {
        // Pages of the index come from disk once; a service is measured warm.
        run(index, entities, damage, &mut Random(SEED + 2), 50);
    }
    let mut all = Outcome::default();
    for (label, damage) in names {
        let outcome = run(index, entities, damage, &mut random, N_QUERIES_PER_DAMAGE);
        outcome.print(label);
        all.add(outcome);
    }
    all.print("all names");
    for (label, damage) in others {
        run(index, entities, damage, &mut random, N_QUERIES_PER_DAMAGE).print(label);
    }
}

fn run(index: &SearchIndex, entities: &[Entity], damage: Damage, random: &mut Random, n_queries: usize) -> Outcome {
    let mut outcome = Outcome::default();
    for _ in 0..n_queries {
        let entity_idx = random.below(entities.len());
        let text = damage(&entities[entity_idx], random);
        let start = Instant::now();
        let answer = index.search(&SearchQuery { text: &text, limit: 10, ..SearchQuery::default() });
        outcome.times.push(start.elapsed());
        let id = id(entity_idx);
        let place = answer.expect("the index can be read").hits.iter().position(|hit| hit.id == id);
        outcome.n_first += usize::from(place == Some(0));
        outcome.n_found += usize::from(place.is_some());
        if place.is_none() && std::env::var_os("MINGLU_BENCH_MISSES").is_some() {
            println!("missed {} for {text}", entities[entity_idx].name());
        }
    }
    outcome
}

#[derive(Default)]
struct Outcome {
    n_first: usize,
    n_found: usize,
    times: Vec<Duration>,
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        self.n_first += other.n_first;
        self.n_found += other.n_found;
        self.times.extend(other.times);
    }

    fn print(&self, label: &str) {
        let mut times = self.times.clone();
        times.sort_unstable();
        let quantile = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let n_queries = times.len() as f64;
        println!(
            "{label:<10} {:>6.3} {:>6.3} {:>9.2} {:>9.2} {:>9.2}",
            self.n_first as f64 / n_queries,
            self.n_found as f64 / n_queries,
            quantile(0.5),
            quantile(0.95),
            quantile(0.99)
        );
    }
}

fn drop1(entity: &Entity, random: &mut Random) -> String {
    let mut chars: Vec<char> = entity.name().chars().collect();
    chars.remove(random.below(chars.len()));
    chars.into_iter().collect()
}

fn swap(entity: &Entity, random: &mut Random) -> String {
    let mut chars: Vec<char> = entity.name().chars().collect();
    let at = random.below(chars.len() - 1);
    chars.swap(at, at + 1);
    chars.into_iter().collect()
}

fn subst(entity: &Entity, random: &mut Random) -> String {
    let mut chars: Vec<char> = entity.name().chars().collect();
    let letters: Vec<char> = LETTERS.chars().collect();
    let at = random.below(chars.len());
    chars[at] = letters[random.below(letters.len())];
    chars.into_iter().collect()
}

fn abbrev(entity: &Entity, _: &mut Random) -> String {
    format!("{}{}", entity.trade_name, entity.trade)
}

fn reorder(entity: &Entity, _: &mut Random) -> String {
    let place = entity.place.trim_end_matches(['市', '省']);
    format!("{}（{place}）{}{}", entity.trade_name, entity.trade, entity.form)
}

fn short(entity: &Entity, _: &mut Random) -> String {
    let place = entity.place.trim_end_matches(['市', '省']);
    format!("{place}{}{}", entity.trade_name, entity.trade)
}

/// What the generator knows of an enterprise.
struct Entity {
    place: &'static str,
    trade_name: String,
    trade: String,
    form: &'static str,
    district: &'static str,
    code: String,
    person: String,
    address: String,
}

impl Entity {
    fn name(&self) -> String {
        format!("{}{}{}{}", self.place, self.trade_name, self.trade, self.form)
    }

    fn doc(&self, entity_idx: usize) -> EntityDoc {
        EntityDoc {
            id: id(entity_idx),
            kind: "enterprise".to_owned(),
            names: vec![self.name()],
            codes: vec![self.code.clone()],
            addresses: vec![self.address.clone()],
            people: vec![self.person.clone()],
            district: self.district.to_owned(),
            industry: self.trade.clone(),
            status: "存续".to_owned(),
        }
    }
}

fn id(entity_idx: usize) -> String {
    format!("E{entity_idx:08X}")
}

struct Corpus {
    random: Random,
    favorites: Vec<char>,
    letters: Vec<char>,
    surnames: Vec<char>,
    names: std::collections::HashSet<String>,
}

impl Corpus {
    fn new() -> Corpus {
        let chars = |text: &str| text.chars().collect();
        let names = std::collections::HashSet::new();
        let (favorites, letters, surnames) = (chars(FAVORITES), chars(LETTERS), chars(SURNAMES));
        Corpus { random: Random(SEED), favorites, letters, surnames, names }
    }

    fn entity(&mut self, entity_idx: usize) -> Entity {
        loop {
            let entity = self.draw(entity_idx);
            if self.names.insert(entity.name()) {
                return entity;
            }
        }
    }

    fn draw(&mut self, entity_idx: usize) -> Entity {
        let random = &mut self.random;
        let district = random.word(DISTRICTS);
        let street = format!("{}{}号", random.word(ROADS), 1 + random.below(4000));
        let room = format!("{}栋{}", 1 + random.below(20), 101 + random.below(3000));
        let mut person = String::from(self.surnames[random.zipf(self.surnames.len())]);
        person.extend((0..2).map(|_| self.letters[random.below(self.letters.len())]));
        let trade_name = if random.below(100) < 55 {
            let length = 2 + random.below(2);
            (0..length).map(|_| self.favorites[random.zipf(self.favorites.len())]).collect()
        } else {
            let length = 2 + random.below(5) / 2;
            (0..length).map(|_| self.letters[random.below(self.letters.len())]).collect()
        };
        Entity {
            place: if random.below(2) == 0 { "深圳市" } else { random.word(PLACES) },
            trade_name,
            trade: format!("{}{}", random.zipf_word(TRADE_HEADS), random.zipf_word(TRADE_TAILS)),
            form: random.word(FORMS),
            district,
            code: format!("91440300{:09}X", entity_idx as u64 * 7919 % 1_000_000_007),
            person,
            address: format!("深圳市{district}{street}{room}"),
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere, without a dependency.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A number below `n`, small ones as often as the Zipf law with exponent 1 has it (log-uniform draw).
    fn zipf(&mut self, n: usize) -> usize {
        let uniform = self.next() as f64 / u64::MAX as f64;
        (((n + 1) as f64).powf(uniform) as usize).clamp(1, n) - 1
    }

    fn word(&mut self, words: &'static str) -> &'static str {
        let n_words = words.split(' ').count();
        words.split(' ').nth(self.below(n_words)).expect("a number below the count of words")
    }

    fn zipf_word(&mut self, words: &'static str) -> &'static str {
        let n_words = words.split(' ').count();
        words.split(' ').nth(self.zipf(n_words)).expect("a number below the count of words")
    }
}
