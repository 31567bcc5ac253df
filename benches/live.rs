//! What is measured: what it costs that the search index follows a register while it is searched.
//!
//! Corpus: N generated enterprises (default 1,000,000; `cargo bench -p minglu-index --bench live -- 200000 20` for
//! fewer, and for fewer seconds than 60), named place + two or three characters of a trade name + trade + legal form.
//! Then 3,000 entities a second are put, nine of ten in the place of an old one, with a commit and a refresh each
//! second, while one thread searches names of the corpus as fast as it can. A thread that falls behind skips nothing:
//! `puts/s` is what it managed.
//!
//! Note: wall clock, so figures mean little beside other work; the searching thread takes one core for itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use minglu_index::search::{SearchIndex, SearchQuery};
use minglu_index::update::IndexUpdater;
use minglu_index::write::{EntityDoc, build};

/// Seed of the corpus; names of later versions depend on it too.
const SEED: u64 = 20_261_122;
const N_ENTITIES_DEFAULT: u64 = 1_000_000;
const N_SECONDS_DEFAULT: u64 = 60;
const N_PUTS_PER_COMMIT: u64 = 3_000;
/// One put in so many is of a new entity.
const NEW_EVERY: u64 = 10;
const N_INDEX_THREADS: usize = 2;
const INDEX_BUDGET_BYTES: usize = 1 << 30;
const N_QUERIES_ALONE: usize = 2_000;
const N_OPENED: usize = 5;

const LETTERS: &str = "鑫盛华达宏源泰兴隆丰恒瑞信诚德天海金龙凤祥福安康美佳新科中联通创亿万利顺昌荣博雅云峰林松柏竹梅兰菊星辰月明光辉正大永久东南西北江河湖山川石玉珠宝文武英杰智慧仁义礼和平静远志高飞鸿鹏鹤鹭燕马牛羊春夏秋冬晓晨曦";
const PLACES: &str = "深圳市 深圳市南山区 深圳市福田区 广州市 东莞市 惠州市 佛山市 珠海市 北京市 上海市 杭州市 广东";
const TRADES: &str = "电子科技 信息技术 网络科技 计算机系统 智能设备 环保工程 建筑装饰 物流 供应链管理 医疗器械 生物技术 食品贸易 餐饮管理 服装设计 家具制造 五金制品 塑胶制品 精密模具 机械设备 汽车服务 房地产开发 文化传播 教育咨询 农业发展 新能源 化工材料 包装印刷 珠宝首饰 进出口 健康管理";
const FORMS: &str = "有限公司 有限公司 有限责任公司 股份有限公司 商行 经营部";

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let n_entities = numbers.first().copied().unwrap_or(N_ENTITIES_DEFAULT);
    let n_seconds = numbers.get(1).copied().unwrap_or(N_SECONDS_DEFAULT);
    let dir = tempfile::tempdir().expect("there is room for a temporary directory");
    let start = Instant::now();
    let docs = (0..n_entities).map(|number| doc(number, 0));
    let report = build(dir.path(), docs, N_INDEX_THREADS, 0, INDEX_BUDGET_BYTES).expect("the directory can be written");
    println!("build: {:.1} s, {:.0} MB", start.elapsed().as_secs_f64(), report.n_bytes as f64 / 1e6);
    let open = || SearchIndex::open(dir.path()).expect("the index was built");
    print("open", &mut (0..N_OPENED).map(|_| timed(|| drop(open()))).collect::<Vec<_>>());
    let start = Instant::now();
    assert!(SearchIndex::validate(dir.path()).expect("the files can be read").is_empty());
    println!("validate: {:.0} ms", milliseconds(start.elapsed()));
    let index = open();
    let alone = (0..N_QUERIES_ALONE).map(|n| timed(|| search(&index, n as u64 * 7919 % n_entities)));
    print("search alone", &mut alone.collect::<Vec<_>>());
    let start = Instant::now();
    let mut updater = IndexUpdater::open(dir.path()).expect("nobody else writes");
    println!("open for writing: {:.0} ms", milliseconds(start.elapsed()));
    let last = live(&mut updater, index, n_entities, n_seconds);
    println!("at the end: {} entities, {} segments, {} dead", last.n_entities(), last.n_segments(), last.n_dead());
    let start = Instant::now();
    updater.close().expect("merges end");
    println!("close: {:.1} s", start.elapsed().as_secs_f64());
    let last = last.refresh().expect("the index can be read");
    println!("after close: {} segments, {} dead", last.n_segments(), last.n_dead());
    let settled = (0..N_QUERIES_ALONE).map(|n| timed(|| search(&last, n as u64 * 7919 % n_entities)));
    print("search after", &mut settled.collect::<Vec<_>>());
}

/// Puts, commits and refreshes for some seconds beside a thread that searches; returns the last snapshot.
fn live(updater: &mut IndexUpdater, index: SearchIndex, n_entities: u64, n_seconds: u64) -> SearchIndex {
    let current = Mutex::new(index);
    let is_over = AtomicBool::new(false);
    let snapshot = || current.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (mut puts, mut commits, mut refreshes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut n_segments_max, mut n_dead_max) = (0, 0);
    let start = Instant::now();
    let mut searches = std::thread::scope(|scope| {
        let searcher = scope.spawn(|| {
            let mut times = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                let number = times.len() as u64 * 104_729 % n_entities;
                times.push(timed(|| search(&snapshot(), number)));
            }
            times
        });
        for second in 0..n_seconds {
            let docs: Vec<EntityDoc> =
                (0..N_PUTS_PER_COMMIT).map(|n| next(second * N_PUTS_PER_COMMIT + n, n_entities)).collect();
            puts.push(timed(|| docs.iter().for_each(|doc| updater.put(doc).expect("the writer lives"))));
            commits.push(timed(|| updater.commit(second + 1).expect("the directory can be written")));
            let old = snapshot();
            let began = Instant::now();
            let new = old.refresh().expect("the index can be read");
            refreshes.push(began.elapsed());
            n_segments_max = n_segments_max.max(new.n_segments());
            n_dead_max = n_dead_max.max(new.n_dead());
            *current.lock().unwrap_or_else(PoisonError::into_inner) = new;
            std::thread::sleep(Duration::from_secs(second + 1).saturating_sub(start.elapsed()));
        }
        is_over.store(true, Ordering::Relaxed);
        searcher.join().expect("searches do not panic")
    });
    let n_puts = (n_seconds * N_PUTS_PER_COMMIT) as f64;
    println!(
        "puts: {:.0} per second of the clock, at most {n_segments_max} segments, {n_dead_max} dead",
        n_puts / start.elapsed().as_secs_f64()
    );
    print("3,000 puts", &mut puts);
    print("commit", &mut commits);
    print("refresh", &mut refreshes);
    print("search", &mut searches);
    snapshot()
}

/// The entity of a put: a new one, or a new version of an old one.
fn next(put: u64, n_entities: u64) -> EntityDoc {
    if put.is_multiple_of(NEW_EVERY) { doc(n_entities + put, 0) } else { doc(random(put) % n_entities, 1 + put) }
}

/// The entity of a number, in one of its versions.
fn doc(number: u64, version: u64) -> EntityDoc {
    let mut state = random(SEED ^ number.wrapping_mul(31).wrapping_add(version));
    let mut below = |n: usize| {
        state = random(state);
        (state % n as u64) as usize
    };
    let letters: Vec<char> = LETTERS.chars().collect();
    let word = |words: &str, place: usize| {
        words.split(' ').nth(place % words.split(' ').count()).map(str::to_owned).unwrap_or_default()
    };
    let n_letters = 2 + below(2);
    let trade_name: String = (0..n_letters).map(|_| letters[below(letters.len())]).collect();
    let (place, trade, form) = (word(PLACES, below(12)), word(TRADES, below(30)), word(FORMS, below(6)));
    EntityDoc {
        id: format!("E{number:08X}"),
        kind: "enterprise".to_owned(),
        names: vec![format!("{place}{trade_name}{trade}{form}")],
        codes: vec![format!("91440300{:09}X", number * 7919 % 1_000_000_007)],
        addresses: vec![format!("{place}科苑路{}号{}栋{}", 1 + below(4_000), 1 + below(20), 101 + below(3_000))],
        people: vec![(0..3).map(|_| letters[below(letters.len())]).collect()],
        district: place,
        industry: trade,
        status: "存续".to_owned(),
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere, without a dependency.
fn random(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Searches the first name of an entity without its last letter.
fn search(index: &SearchIndex, number: u64) {
    let name = doc(number, 0).names.swap_remove(0);
    let text: String = name.chars().take(name.chars().count() - 1).collect();
    index.search(&SearchQuery { text: &text, limit: 10, ..SearchQuery::default() }).expect("the index can be read");
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn print(label: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let quantile = |share: f64| milliseconds(times[((times.len() - 1) as f64 * share) as usize]);
    println!(
        "{label:<14} {:>7} times, p50 {:>8.2} ms, p99 {:>8.2} ms, max {:>8.2} ms",
        times.len(),
        quantile(0.5),
        quantile(0.99),
        quantile(1.0)
    );
}
