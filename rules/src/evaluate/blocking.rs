//! Which true pairs does each blocking rule find, and which does no other?
//!
//! A pair is handed in as the set of rules that make it a candidate. How the sets come about is the index's business.

/// True pairs by the rules that find them; a rule is a position below 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRecall {
    /// True pairs in all.
    pub n_true: u64,
    /// True pairs that the rule at this position finds.
    pub n_found: Vec<u64>,
    /// True pairs that no other rule finds.
    pub n_found_alone: Vec<u64>,
}

impl RuleRecall {
    /// No pairs yet, of so many rules.
    ///
    /// ```
    /// assert_eq!(minglu_rules::evaluate::RuleRecall::new(3).n_found, [0, 0, 0]); // 三条分块规则
    /// ```
    pub fn new(n_rules: usize) -> Self {
        Self { n_true: 0, n_found: vec![0; n_rules], n_found_alone: vec![0; n_rules] }
    }

    /// Counts a true pair that the rules of a set find, one bit each.
    ///
    /// ```
    /// let mut recall = minglu_rules::evaluate::RuleRecall::new(2);
    /// recall.add(0b01); // 只有“名称”找到
    /// recall.add(0b11); // “名称”与“电话”都找到
    /// recall.add(0b00); // 都没有找到
    /// assert_eq!((recall.n_true, recall.n_found, recall.n_found_alone), (3, vec![2, 1], vec![1, 0]));
    /// ```
    pub fn add(&mut self, rules: u64) {
        self.n_true += 1;
        for (position, (n_found, n_alone)) in self.n_found.iter_mut().zip(&mut self.n_found_alone).enumerate() {
            let bit = 1 << position;
            *n_found += u64::from(rules & bit != 0);
            *n_alone += u64::from(rules == bit);
        }
    }

    /// Counts pairs that were counted elsewhere, over the same rules.
    ///
    /// ```
    /// use minglu_rules::evaluate::RuleRecall;
    /// let (mut all, mut part) = (RuleRecall::new(1), RuleRecall::new(1));
    /// part.add(1);
    /// all.join(&part); // 各线程的计数相加
    /// assert_eq!((all.n_true, all.recall(0), all.recall_alone(0)), (1, 1.0, 1.0));
    /// ```
    pub fn join(&mut self, other: &RuleRecall) {
        self.n_true += other.n_true;
        let add = |to: &mut Vec<u64>, from: &Vec<u64>| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        add(&mut self.n_found, &other.n_found);
        add(&mut self.n_found_alone, &other.n_found_alone);
    }

    /// Share of the true pairs that the rule at a position finds.
    ///
    /// ```
    /// let mut recall = minglu_rules::evaluate::RuleRecall::new(2);
    /// recall.add(0b01);
    /// recall.add(0b00);
    /// assert_eq!(recall.recall(0), 0.5); // 一半的真对由“名称”找到
    /// ```
    pub fn recall(&self, rule: usize) -> f64 {
        super::share(self.n_found.get(rule).copied().unwrap_or(0) as f64, self.n_true)
    }

    /// Share of the true pairs that only the rule at a position finds.
    ///
    /// ```
    /// let mut recall = minglu_rules::evaluate::RuleRecall::new(2);
    /// recall.add(0b11);
    /// assert_eq!(recall.recall_alone(0), 0.0); // 另一条规则也找得到
    /// ```
    pub fn recall_alone(&self, rule: usize) -> f64 {
        if self.n_true == 0 {
            0.0
        } else {
            self.n_found_alone.get(rule).copied().unwrap_or(0) as f64 / self.n_true as f64
        }
    }
}

#[cfg(test)]
mod tests;
