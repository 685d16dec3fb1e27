// S1, S2, S3 with gradients derived by hand, in plain loops: no graph, no tape.
#include <cmath>
#include <cstring>
#include <vector>

static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
static double relu(double x) { return x > 0 ? x : 0; }

extern "C" double s1(int n, const double* p, double k, double* gradient, int backward) {
  struct Block { double x, u, s, e; };
  static std::vector<Block> saved;
  saved.resize(n / 10);
  const double a = p[1], b = p[2], c = p[3], d = p[4];
  double x = p[0];
  for (Block& t : saved) {
    t.x = x;
    t.u = std::tanh(a * x + b);
    t.s = sigmoid(c * t.u + x);
    t.e = std::exp(k * t.s);
    x = x * t.e + d;
  }
  if (!backward) return x;
  double g = 1, ga = 0, gb = 0, gc = 0, gd = 0;
  for (auto t = saved.rbegin(); t != saved.rend(); ++t) {
    gd += g;
    const double gs = g * t->x * t->e * k * t->s * (1 - t->s);
    gc += gs * t->u;
    const double gu = gs * c * (1 - t->u * t->u);
    ga += gu * t->x;
    gb += gu;
    g = g * t->e + gs + gu * a;
  }
  const double all[] = {g, ga, gb, gc, gd};
  std::memcpy(gradient, all, sizeof all);
  return x;
}

// Parameters neuron by neuron, weights before the bias: 16 of 2 + 1, 16 of 16 + 1, 1 of 16 + 1.
extern "C" double s2(int m, const double* x, const double* y, double* p, int count, double alpha,
                     double lr, double* g) {
  const double *second = p + 48, *last = p + 320;
  double *g_second = g + 48, *g_last = g + 320, loss = 0;
  std::memset(g, 0, count * sizeof *g);
  for (int s = 0; s < m; s++, x += 2) {
    double h1[16], h2[16], g1[16] = {}, score = last[16];
    for (int j = 0; j < 16; j++) h1[j] = relu(p[3 * j] * x[0] + p[3 * j + 1] * x[1] + p[3 * j + 2]);
    for (int j = 0; j < 16; j++) {
      const double* w = second + 17 * j;
      double z = w[16];
      for (int i = 0; i < 16; i++) z += w[i] * h1[i];
      h2[j] = relu(z);
      score += last[j] * h2[j];
    }
    const double margin = 1 - y[s] * score;
    loss += relu(margin) / m;
    const double g_score = margin > 0 ? -y[s] / m : 0;  // 0 is worked through: equal cost
    g_last[16] += g_score;
    for (int j = 0; j < 16; j++) {
      g_last[j] += g_score * h2[j];
      const double gz = h2[j] > 0 ? g_score * last[j] : 0;
      const double* w = second + 17 * j;
      double* gw = g_second + 17 * j;
      gw[16] += gz;
      for (int i = 0; i < 16; i++) {
        gw[i] += gz * h1[i];
        g1[i] += gz * w[i];
      }
    }
    for (int j = 0; j < 16; j++) {
      const double gz = h1[j] > 0 ? g1[j] : 0;
      g[3 * j] += gz * x[0];
      g[3 * j + 1] += gz * x[1];
      g[3 * j + 2] += gz;
    }
  }
  for (int i = 0; i < count; i++) {
    loss += alpha * p[i] * p[i];
    g[i] += 2 * alpha * p[i];
    p[i] -= lr * g[i];
  }
  return loss;
}

// Parameters W1 (3 x 2), b1, W2 (2 x 3), b2; x is (2, m).
extern "C" double s3(int m, const double* x, const long* label, double* p, double decay, double lr,
                     double* g) {
  const double *b1 = p + 6, *W2 = p + 9, *b2 = p + 15;
  double loss = 0;
  std::memset(g, 0, 17 * sizeof *g);
  for (int s = 0; s < m; s++) {
    const double x0 = x[s], x1 = x[m + s];
    double a[3], e[2], gz[2];
    for (int i = 0; i < 3; i++) a[i] = sigmoid(p[2 * i] * x0 + p[2 * i + 1] * x1 + b1[i]);
    for (int i = 0; i < 2; i++) {
      const double* w = W2 + 3 * i;
      e[i] = std::exp(w[0] * a[0] + w[1] * a[1] + w[2] * a[2] + b2[i]);
    }
    const double total = e[0] + e[1];
    loss -= std::log(e[label[s]] / total) / m;
    for (int i = 0; i < 2; i++) {
      gz[i] = (e[i] / total - (label[s] == i)) / m;
      g[15 + i] += gz[i];
      for (int j = 0; j < 3; j++) g[9 + 3 * i + j] += gz[i] * a[j];
    }
    for (int j = 0; j < 3; j++) {
      const double gu = (gz[0] * W2[j] + gz[1] * W2[3 + j]) * a[j] * (1 - a[j]);
      g[2 * j] += gu * x0;
      g[2 * j + 1] += gu * x1;
      g[6 + j] += gu;
    }
  }
  for (int i = 0; i < 17; i++) {
    const bool weight = i < 6 || (i >= 9 && i < 15);
    if (weight) {
      loss += decay / 2 * p[i] * p[i];
      g[i] += decay * p[i];
    }
    p[i] -= lr * g[i];
  }
  return loss;
}
