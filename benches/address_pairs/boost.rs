//! How is a class learned from ordered levels? Gradient-boosted trees (Friedman 2001) with second-order leaves (Chen and
//! Guestrin 2016) for the three classes of pairs.
//!
//! Deterministic: the same rows give the same trees. It is a measuring tool; the product ships no such model.

/// How many classes there are.
pub(crate) const N_CLASSES: usize = 3;

/// Every level is below this.
const N_STEPS: usize = 16;

const N_ROUNDS: usize = 300;
const LEARNING_RATE: f32 = 0.05;
const DEPTH_MAX: usize = 5;
/// Added to the hessian of a leaf.
const L2: f32 = 4.0;
const HESSIAN_MIN: f32 = 8.0;
/// Each tree sees one in this many features, others each time.
const N_FEATURE_GROUPS: usize = 2;

/// Rows of levels, one byte each.
pub(crate) struct Table {
    pub(crate) n_features: usize,
    pub(crate) levels: Vec<u8>,
    pub(crate) labels: Vec<u8>,
}

impl Table {
    fn row(&self, row: usize) -> &[u8] {
        &self.levels[row * self.n_features..(row + 1) * self.n_features]
    }
}

struct Node {
    feature: usize,
    /// Levels up to this one go left.
    step: u8,
    /// Where the left child stands, the right one behind it; 0 in a leaf.
    child: usize,
    value: f32,
}

/// A trained model.
pub(crate) struct Model {
    trees: Vec<Vec<Node>>,
    base: [f32; N_CLASSES],
    /// What the splits of each feature gained.
    pub(crate) gains: Vec<f64>,
}

impl Model {
    /// Learns from some rows of the table.
    pub(crate) fn train(table: &Table, rows: &[usize]) -> Model {
        let mut base = [0.0; N_CLASSES];
        for row in rows {
            base[usize::from(table.labels[*row])] += 1.0 / rows.len() as f32;
        }
        let base = base.map(f32::ln);
        let mut model = Model { trees: Vec::new(), base, gains: vec![0.0; table.n_features] };
        let mut scores: Vec<[f32; N_CLASSES]> = vec![base; rows.len()];
        for round in 0..N_ROUNDS {
            let chances: Vec<[f32; N_CLASSES]> = scores.iter().map(|scores| softmax(*scores)).collect();
            for class in 0..N_CLASSES {
                let gradients: Vec<(f32, f32)> = rows
                    .iter()
                    .zip(&chances)
                    .map(|(row, chance)| {
                        let p = chance[class];
                        let target = f32::from(u8::from(usize::from(table.labels[*row]) == class));
                        (p - target, (p * (1.0 - p)).max(1e-6))
                    })
                    .collect();
                let features = features_of(round * N_CLASSES + class, table.n_features);
                let tree = Growth { table, rows, gradients: &gradients, features: &features }.grow(&mut model.gains);
                for (score, row) in scores.iter_mut().zip(rows) {
                    score[class] += LEARNING_RATE * value_of(&tree, table.row(*row));
                }
                model.trees.push(tree);
            }
        }
        model
    }

    /// The chances of the classes of one row.
    pub(crate) fn chances(&self, table: &Table, row: usize) -> [f32; N_CLASSES] {
        let mut scores = self.base;
        for (idx, tree) in self.trees.iter().enumerate() {
            scores[idx % N_CLASSES] += LEARNING_RATE * value_of(tree, table.row(row));
        }
        softmax(scores)
    }
}

struct Growth<'t> {
    table: &'t Table,
    rows: &'t [usize],
    gradients: &'t [(f32, f32)],
    /// Those that the tree may ask for.
    features: &'t [usize],
}

#[derive(Clone, Copy)]
struct Split {
    gain: f32,
    feature: usize,
    step: u8,
}

impl Growth<'_> {
    fn grow(&self, gains: &mut [f64]) -> Vec<Node> {
        let members: Vec<u32> = (0..self.rows.len() as u32).collect();
        let histogram = self.histogram(&members);
        let mut nodes = vec![self.leaf(&members)];
        let mut open = vec![(0, members, histogram, 0)];
        while let Some((node, members, histogram, depth)) = open.pop() {
            let Some(split) = self.best_split(&histogram) else { continue };
            gains[split.feature] += f64::from(split.gain);
            let goes_left = |idx: &u32| self.table.row(self.rows[*idx as usize])[split.feature] <= split.step;
            let (left, right): (Vec<u32>, Vec<u32>) = members.into_iter().partition(goes_left);
            let child = nodes.len();
            nodes[node] = Node { feature: split.feature, step: split.step, child, value: 0.0 };
            nodes.push(self.leaf(&left));
            nodes.push(self.leaf(&right));
            if depth + 1 >= DEPTH_MAX {
                continue;
            }
            let (small, is_left) = if left.len() < right.len() { (&left, true) } else { (&right, false) };
            let of_small = self.histogram(small);
            let of_large =
                histogram.iter().zip(&of_small).map(|(all, small)| (all.0 - small.0, all.1 - small.1)).collect();
            let (of_left, of_right) = if is_left { (of_small, of_large) } else { (of_large, of_small) };
            open.push((child, left, of_left, depth + 1));
            open.push((child + 1, right, of_right, depth + 1));
        }
        nodes
    }

    fn histogram(&self, members: &[u32]) -> Vec<(f32, f32)> {
        let mut histogram = vec![(0.0, 0.0); self.features.len() * N_STEPS];
        for member in members {
            let (gradient, hessian) = self.gradients[*member as usize];
            let levels = self.table.row(self.rows[*member as usize]);
            for (idx, feature) in self.features.iter().enumerate() {
                let slot = &mut histogram[idx * N_STEPS + usize::from(levels[*feature])];
                slot.0 += gradient;
                slot.1 += hessian;
            }
        }
        histogram
    }

    fn best_split(&self, histogram: &[(f32, f32)]) -> Option<Split> {
        let score = |(gradient, hessian): (f32, f32)| gradient * gradient / (hessian + L2);
        let mut best: Option<Split> = None;
        for (feature, steps) in self.features.iter().zip(histogram.chunks(N_STEPS)) {
            let all = steps.iter().fold((0.0, 0.0), |sum: (f32, f32), step| (sum.0 + step.0, sum.1 + step.1));
            let mut left = (0.0, 0.0);
            for (step, bin) in steps.iter().enumerate().take(N_STEPS - 1) {
                left = (left.0 + bin.0, left.1 + bin.1);
                let right = (all.0 - left.0, all.1 - left.1);
                if left.1 < HESSIAN_MIN || right.1 < HESSIAN_MIN {
                    continue;
                }
                let gain = score(left) + score(right) - score(all);
                if gain > 1e-3 && best.is_none_or(|best| gain > best.gain) {
                    best = Some(Split { gain, feature: *feature, step: step as u8 });
                }
            }
        }
        best
    }

    fn leaf(&self, members: &[u32]) -> Node {
        let (gradient, hessian) = members.iter().fold((0.0, 0.0), |sum: (f32, f32), member| {
            let (gradient, hessian) = self.gradients[*member as usize];
            (sum.0 + gradient, sum.1 + hessian)
        });
        Node { feature: 0, step: 0, child: 0, value: -gradient / (hessian + L2) }
    }
}

/// The features that a tree may ask for: half of them, mixed by a multiplicative hash so that trees differ.
fn features_of(tree: usize, n_features: usize) -> Vec<usize> {
    let mixed = |feature: usize| {
        let key = (tree * n_features + feature) as u64 + 1;
        (key ^ (key << 17)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
    };
    (0..n_features).filter(|feature| (mixed(*feature) as usize).is_multiple_of(N_FEATURE_GROUPS)).collect()
}

fn value_of(tree: &[Node], levels: &[u8]) -> f32 {
    let mut node = &tree[0];
    while node.child != 0 {
        node = &tree[node.child + usize::from(levels[node.feature] > node.step)];
    }
    node.value
}

fn softmax(scores: [f32; N_CLASSES]) -> [f32; N_CLASSES] {
    let max = scores.iter().copied().fold(f32::MIN, f32::max);
    let powers = scores.map(|score| (score - max).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|power| power / sum)
}
