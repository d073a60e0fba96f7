# For Homebrew.  In a tap of your own, with the tarball of make dist:
#   brew tap-new $USER/local
#   cp headgeom.rb "$(brew --repository $USER/local)/Formula"
#   HOMEBREW_HEADGEOM=$PWD/headgeom-0.2-dev.tar.gz brew install headgeom
# Behind a release url is where its tarball lies, with its sha256.
class Headgeom < Formula
  desc "Geometry of a transformer's attention heads"
  url "file://#{ENV.fetch("HOMEBREW_HEADGEOM", "/headgeom-0.2-dev.tar.gz")}"
  version "0.2-dev"
  license "MIT"

  depends_on "pkgconf" => :build
  depends_on "isa-l"
  depends_on "jansson"
  depends_on "libcsv"

  uses_from_macos "zlib"

  def install
    system "make", "install", "prefix=#{prefix}", "mandir=#{man}", "docdir=#{doc}",
           "CPPFLAGS=-I#{HOMEBREW_PREFIX}/include", "LDFLAGS=-L#{HOMEBREW_PREFIX}/lib"
  end

  test do
    Dir[bin/"hg-*"].each { |program| system program, "-V" }
    table = pipe_output("#{bin}/hg-describe", shell_output("#{bin}/hg-extract #{doc}/examples/minilm.json.gz"))
    assert_match ",entropy,op,pearson,72,", pipe_output("#{bin}/hg-correlate -p", table)
  end
end
