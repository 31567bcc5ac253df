//! Cases of the address module.

use super::*;
use crate::division::named;
