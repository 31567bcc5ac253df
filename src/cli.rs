//! What can be asked for on the command line? Arguments only; what they do is in `commands`.

mod evaluate;
mod living;
mod normalize;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::export::{FileFormat, Subject};

pub use evaluate::{Evaluate, ReportLanguage};
pub use living::{Delete, Ingest, Serve};
pub use normalize::{InputFormat, Normalize, Subject as NormalizeSubject};

/// Minglu 名录 · the enterprise register of a city: from department files to golden entities.
#[derive(Debug, Parser)]
#[command(name = "minglu", version, about, max_term_width = 120)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build a sample city in a temporary directory and serve it · 示例
    Demo(Demo),
    /// Write a commented minglu.toml · 新建配置
    Init {
        /// Where.
        dir: PathBuf,
    },
    /// Check configuration, schemas and headers of the delivered files, without building · 检查
    Check {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
    },
    /// Build a register from scratch · 建库
    Build {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// Print the report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Match files once, without a store · 一次性比对
    Link {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
        /// The membership file to write: source,record_id,entity_id.
        #[arg(long)]
        out: PathBuf,
        /// Learn m, u and the prior from the files first · 先训练
        #[arg(long)]
        train: bool,
        /// Pairs that people judged, for the training; by default those of minglu.toml · 标注
        #[arg(long, requires = "train")]
        labels: Option<PathBuf>,
        /// Seed of the training: the same seed gives the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Learn m, u and the prior from the delivered files, without labels or with some · 训练模型
    Train {
        /// The configuration.
        #[arg(long)]
        config: PathBuf,
        /// The model file to write.
        #[arg(long)]
        out: PathBuf,
        /// Pairs that people judged: source_a,record_id_a,source_b,record_id_b,label, where a label is same, different or
        /// unsure; or records with their true entities: source,record_id,entity. By default those of minglu.toml · 标注
        #[arg(long)]
        labels: Option<PathBuf>,
        /// The same seed gives the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Serve a register over HTTP, for reading and writing · 服务
    Serve(Serve),
    /// Put the records of files into a register that is there · 增量入库
    Ingest(Ingest),
    /// Delete a record of a register · 删除
    Delete(Delete),
    /// Compare a register or a membership file with the truth · 评估
    Evaluate(Evaluate),
    /// Who is this? · 归一查询
    Resolve(Box<Resolve>),
    /// Fuzzy search · 检索
    Search {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// Name, code, address or person.
        query: String,
        /// Hits wanted.
        #[arg(long, default_value_t = 10)]
        limit: usize,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read names, addresses, codes …; print what each means as JSON lines · 规范化
    Normalize(Box<Normalize>),
    /// How an entity was built; why two records are, or are not, one · 解释
    Explain {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// An entity id, or a record as SOURCE:ID.
        first: String,
        /// Another record as SOURCE:ID.
        second: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write a part of a register to a file · 导出
    Export {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// What to write.
        subject: Subject,
        /// How to write it.
        #[arg(long, default_value = "csv")]
        format: FileFormat,
        /// Only this kind of entity.
        #[arg(long)]
        kind: Option<String>,
        /// The file.
        #[arg(long)]
        out: PathBuf,
    },
    /// Compute every view from the record log again and compare · 校验
    Verify {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
    },
    /// Simulate data · 生成
    #[command(subcommand)]
    Generate(Generate),
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Legal units of the city.
    #[arg(long, default_value_t = 20_000)]
    pub legal_units: u64,
    /// Seed of the city.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Address to serve at.
    #[arg(long, default_value = "127.0.0.1:8640")]
    pub listen: SocketAddr,
    /// Keep the city and the register here instead of in a temporary directory.
    #[arg(long)]
    pub dir: Option<PathBuf>,
}

/// Arguments of `resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// The data directory.
    #[arg(long)]
    pub data: PathBuf,
    /// Name.
    #[arg(long)]
    pub name: Option<String>,
    /// Credit code.
    #[arg(long)]
    pub uscc: Option<String>,
    /// Address.
    #[arg(long)]
    pub address: Option<String>,
    /// Telephone number.
    #[arg(long)]
    pub phone: Option<String>,
    /// Legal representative.
    #[arg(long)]
    pub legal_rep: Option<String>,
    /// Any other field, as FIELD=VALUE.
    #[arg(long = "field")]
    pub fields: Vec<String>,
    /// Kind of entity.
    #[arg(long)]
    pub kind: Option<String>,
    /// Candidates wanted.
    #[arg(long)]
    pub limit: Option<usize>,
    /// A CSV file whose columns are fields of the schema; needs --out.
    #[arg(long, requires = "out")]
    pub batch: Option<PathBuf>,
    /// The file to write for --batch: the input's columns, then entity, verdict, probability, name.
    #[arg(long, requires = "batch")]
    pub out: Option<PathBuf>,
}

/// What `generate` makes.
#[derive(Debug, Subcommand)]
pub enum Generate {
    /// A city's department files with truth.
    City {
        /// Legal units.
        #[arg(long)]
        legal_units: u64,
        /// Seed: the same seed gives the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The directory to write.
        #[arg(long)]
        out: PathBuf,
    },
}

/// The address of a service: absolute, without what would end up in the middle of longer ones.
fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |rest: &str| {
        !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_graphic())
            && !rest.contains(['?', '#', '"', '<', '>', '{', '}'])
    };
    if !rest.is_some_and(is_plain) {
        return Err("give an address such as https://minglu.example or https://minglu.example/register".into());
    }
    Ok(text.trim_end_matches('/').into())
}
