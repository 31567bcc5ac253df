//! What can be asked of `minglu normalize`? Arguments only; what they do is in `commands::normalize`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Shown after the options.
const EXAMPLES: &str = "\
Examples · 示例
  echo '明鷺數據科技（深圳）有限公司' | minglu normalize name
  minglu normalize address --input addresses.txt --division 深圳市 --steps
  minglu normalize uscc --input market.csv --column 统一社会信用代码 --compact
  minglu normalize phone --input tax.tsv --column 手机 --area-code 0755
  minglu normalize industry --input units.jsonl --pointer /单位/行业

One JSON object comes out for every value that goes in, in the order of the input.
每个输入值输出一个 JSON 对象，顺序与输入一致。
Exit code 0: everything was read · 全部读出; 1: some lines could not be read, each is answered with an error object ·
有的行无法读取，相应行输出错误对象; 2: bad use or input · 用法或输入有误.";

/// Arguments of `normalize`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Normalize {
    /// What the values are.
    pub subject: Subject,
    /// The file; standard input if there is none · 输入文件，缺省为标准输入
    #[arg(long)]
    pub input: Option<PathBuf>,
    /// How the input is written; if not said, --column means CSV (TSV for *.tsv), --pointer JSON lines · 输入格式
    #[arg(long)]
    pub format: Option<InputFormat>,
    /// Column of a CSV or TSV file, by its header or by its number from 1 · 列名或列号
    #[arg(long, conflicts_with = "pointer")]
    pub column: Option<String>,
    /// The first row of the table is a record, not a header; --column is a number then · 无表头
    #[arg(long, requires = "column")]
    pub no_header: bool,
    /// Value in each JSON line, as a JSON pointer (RFC 6901): /单位/名称 · JSON 指针
    #[arg(long)]
    pub pointer: Option<String>,
    /// City of addresses that name none, and of local telephone numbers: a six-digit code or a name · 所在行政区划
    #[arg(long)]
    pub division: Option<String>,
    /// Area code of local telephone numbers; that of --division if not said · 区号
    #[arg(long)]
    pub area_code: Option<String>,
    /// No person is born after this day; today if not said · 出生日期上限
    #[arg(long)]
    pub today: Option<String>,
    /// Explain every step and problem in Chinese and English · 逐步说明
    #[arg(long, conflicts_with = "compact")]
    pub steps: bool,
    /// Print the normal form, the confidence and the problems only · 只输出规范形式
    #[arg(long)]
    pub compact: bool,
}

/// What `normalize` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Enterprise names · 企业名称
    Name,
    /// Addresses · 地址
    Address,
    /// Codes of legal subjects, old and new · 主体代码
    Uscc,
    /// Telephone numbers · 电话
    Phone,
    /// Identity numbers of persons · 证件号码
    PersonId,
    /// Industries of GB/T 4754-2017 · 行业
    Industry,
    /// Registration types · 登记注册类型
    RegistrationType,
    /// Operating states · 运营状态
    Status,
    /// Calendar days · 日期
    Date,
}

/// How the input of `normalize` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One value a line · 每行一个值
    Lines,
    /// Comma-separated · 逗号分隔
    Csv,
    /// Tab-separated · 制表符分隔
    Tsv,
    /// One JSON value a line · 每行一个 JSON
    Jsonl,
}
