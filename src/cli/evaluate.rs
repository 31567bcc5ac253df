//! What can be asked of `minglu evaluate`? Arguments only; what they do is in `commands::evaluation`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};

use crate::evaluate::N_ERRORS_MAX;

/// Shown after the options.
const EXAMPLES: &str = "\
Examples · 示例
  minglu evaluate --data data --truth truth.csv --html report.html
  minglu evaluate --data data --truth truth.csv --json --errors 50 > report.json
  minglu evaluate --data data --against trained --truth truth.csv --html compared.html --lang zh

The report holds values of records as they were delivered: keep it where the records may be seen.
报告中含有来源记录的原值，请按原始数据的要求保管。
Exit code 0: done · 完成; 1: below the floor · 未达标; 2: bad use or input · 用法或输入有误.";

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Evaluate {
    /// A data directory · 数据目录
    #[arg(long, required_unless_present = "membership", conflicts_with = "membership")]
    pub data: Option<PathBuf>,
    /// A membership file: source,record_id,entity_id · 归属文件
    #[arg(long)]
    pub membership: Option<PathBuf>,
    /// The truth: source,record_id,entity · 真值文件
    #[arg(long)]
    pub truth: PathBuf,
    /// Only this kind of entity of a data directory · 只看一类主体
    #[arg(long, conflicts_with = "membership")]
    pub kind: Option<String>,
    /// Another data directory of the same records, to be compared with the first · 对照的另一个库
    #[arg(long, conflicts_with = "membership")]
    pub against: Option<PathBuf>,
    /// Errors listed of each sort, the worst first; 0 for figures alone · 每类列出的错误数
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(..=i64::from(N_ERRORS_MAX)))]
    pub errors: u32,
    /// Write a report with charts, as one HTML file that loads nothing · HTML 报告
    #[arg(long)]
    pub html: Option<PathBuf>,
    /// Language of the HTML report; both if not said · 报告语言，缺省为中英双语
    #[arg(long, requires = "html")]
    pub lang: Option<ReportLanguage>,
    /// Print JSON · 输出 JSON
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 if pairwise F1 is below this · F1 下限
    #[arg(long)]
    pub f1_min: Option<f64>,
    /// Exit with 1 if pairwise precision is below this · 精确率下限
    #[arg(long)]
    pub precision_min: Option<f64>,
}

/// A language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportLanguage {
    /// 中文
    Zh,
    /// English
    En,
}
