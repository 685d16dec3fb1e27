// S1, S2, S3 over a number type that records: each operation appends its two arguments' places and
// local derivatives to a tape, and backward is one sweep over it from the end.
#include <cmath>
#include <cstdint>
#include <vector>

struct Entry { double d1, d2; int32_t i1, i2; };
static std::vector<Entry> tape;  // entry 0 takes what flows into constants

struct Real {
  double v;
  int32_t i;
  Real(double v = 0) : v(v), i(0) {}
  Real(double v, double d1, int32_t i1, double d2 = 0, int32_t i2 = 0)
      : v(v), i(static_cast<int32_t>(tape.size())) {
    tape.push_back({d1, d2, i1, i2});
  }
};

static Real operator+(Real x, Real y) { return {x.v + y.v, 1, x.i, 1, y.i}; }
static Real operator-(Real x, Real y) { return {x.v - y.v, 1, x.i, -1, y.i}; }
static Real operator*(Real x, Real y) { return {x.v * y.v, y.v, x.i, x.v, y.i}; }
static Real operator*(Real x, double c) { return {x.v * c, c, x.i}; }
static Real operator-(double c, Real x) { return {c - x.v, -1, x.i}; }
static Real operator/(Real x, Real y) {
  const double q = x.v / y.v;
  return {q, 1 / y.v, x.i, -q / y.v, y.i};
}
static Real tanh(Real x) { const double y = std::tanh(x.v); return {y, 1 - y * y, x.i}; }
static Real exp(Real x) { const double y = std::exp(x.v); return {y, y, x.i}; }
static Real log(Real x) { return {std::log(x.v), 1 / x.v, x.i}; }
static Real relu(Real x) { return {x.v > 0 ? x.v : 0, x.v > 0 ? 1.0 : 0.0, x.i}; }
static Real sigmoid(Real x) {
  const double y = 1 / (1 + std::exp(-x.v));
  return {y, y * (1 - y), x.i};
}

static Real chain(const std::vector<Real>& p, double k, int n) {
  Real x = p[0];
  for (int i = 0; i < n / 10; i++) {
    const Real u = tanh(x * p[1] + p[2]);
    const Real s = sigmoid(u * p[3] + x);
    x = x * exp(s * k) + p[4];
  }
  return x;
}

static Real hinge_loss(const std::vector<Real>& p, int m, const double* x, const double* y,
                       double alpha) {
  const int inputs[] = {2, 16, 16}, outputs[] = {16, 16, 1};
  Real total = 0.0, squares = 0.0;
  std::vector<Real> h(16), z(16);
  for (int s = 0; s < m; s++) {
    const Real* w = p.data();
    for (int l = 0; l < 3; l++) {
      for (int j = 0; j < outputs[l]; j++, w++) {
        z[j] = w[inputs[l]];
        for (int i = 0; i < inputs[l]; i++, w++)
          z[j] = z[j] + (l == 0 ? *w * x[2 * s + i] : *w * h[i]);
        if (l < 2) z[j] = relu(z[j]);
      }
      std::swap(h, z);
    }
    total = total + relu(1.0 - h[0] * y[s]);
  }
  for (const Real& w : p) squares = squares + w * w;
  return total * (1.0 / m) + squares * alpha;
}

static Real cross_entropy(const std::vector<Real>& p, int m, const double* x, const long* label,
                          double decay) {
  Real total = 0.0, squares = 0.0;
  for (int s = 0; s < m; s++) {
    Real a[3], e[2];
    for (int i = 0; i < 3; i++)
      a[i] = sigmoid(p[2 * i] * x[s] + p[2 * i + 1] * x[m + s] + p[6 + i]);
    for (int i = 0; i < 2; i++) {
      const Real* w = &p[9 + 3 * i];
      e[i] = exp(w[0] * a[0] + w[1] * a[1] + w[2] * a[2] + p[15 + i]);
    }
    total = total - log(e[label[s]] / (e[0] + e[1]));
  }
  for (int i = 0; i < 15; i++)
    if (i < 6 || i >= 9) squares = squares + p[i] * p[i];
  return total * (1.0 / m) + squares * (decay / 2);
}

static void sweep(const Real& y, const std::vector<Real>& p, double* gradient) {
  static std::vector<double> g;
  g.assign(tape.size(), 0.0);
  g[y.i] = 1;
  for (int32_t i = y.i; i > 0; i--) {
    g[tape[i].i1] += tape[i].d1 * g[i];
    g[tape[i].i2] += tape[i].d2 * g[i];
  }
  for (size_t i = 0; i < p.size(); i++) gradient[i] = g[p[i].i];
}

static std::vector<Real>& recording(const double* start, int count) {
  static std::vector<Real> p;
  tape.assign(1, {0, 0, 0, 0});
  p.clear();
  for (int i = 0; i < count; i++) p.push_back({start[i], 0, 0});
  return p;
}

static double trained(const Real& y, const std::vector<Real>& p, double* start, double lr,
                      double* g) {
  sweep(y, p, g);
  for (size_t i = 0; i < p.size(); i++) start[i] -= lr * g[i];
  return y.v;
}

extern "C" double s1(int n, const double* start, double k, double* g, int backward) {
  const auto& p = recording(start, 5);
  const Real y = chain(p, k, n);
  if (backward) sweep(y, p, g);
  return y.v;
}

extern "C" double s2(int m, const double* x, const double* y, double* start, int count,
                     double alpha, double lr, double* g) {
  const auto& p = recording(start, count);
  return trained(hinge_loss(p, m, x, y, alpha), p, start, lr, g);
}

extern "C" double s3(int m, const double* x, const long* label, double* start, double decay,
                     double lr, double* g) {
  const auto& p = recording(start, 17);
  return trained(cross_entropy(p, m, x, label, decay), p, start, lr, g);
}
