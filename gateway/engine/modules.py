"""Lays OpenSearch's modules out as its distribution does: a folder with jars and a descriptor for each."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from gateway.engine.installation import Installation

MODULES: Mapping[str, str] = {
    "aggs-matrix-stats-client": "org.opensearch.search.aggregations.matrix.MatrixAggregationModulePlugin",
    "analysis-common": "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
    "geo": "org.opensearch.geo.GeoModulePlugin",
    "ingest-common": "org.opensearch.ingest.common.IngestCommonModulePlugin",
    "ingest-user-agent": "org.opensearch.ingest.useragent.IngestUserAgentModulePlugin",
    "lang-expression": "org.opensearch.script.expression.ExpressionModulePlugin",
    "lang-mustache-client": "org.opensearch.script.mustache.MustacheModulePlugin",
    "lang-painless": "org.opensearch.painless.PainlessModulePlugin",
    "mapper-extras-client": "org.opensearch.index.mapper.MapperExtrasModulePlugin",
    "parent-join-client": "org.opensearch.join.ParentJoinModulePlugin",
    "percolator-client": "org.opensearch.percolator.PercolatorModulePlugin",
    "rank-eval-client": "org.opensearch.index.rankeval.RankEvalModulePlugin",
    "reindex-client": "org.opensearch.index.reindex.ReindexModulePlugin",
    "repository-url": "org.opensearch.plugin.repository.url.URLRepositoryModulePlugin",
    "transport-netty4-client": "org.opensearch.transport.Netty4ModulePlugin",
}
"""The class of each module by the artifact that holds it."""

# Painless looks for its lists of allowed methods beside the classes of its interface.
BESIDE: Mapping[str, tuple[str, ...]] = {"lang-painless": ("opensearch-scripting-painless-spi",)}

DESCRIPTOR = """\
name={name}
description={name}
classname={classname}
version={version}
opensearch.version={version}
java.version=21
"""


def arrange(home: Path, installation: Installation) -> str:
    """The class path of an OpenSearch at `home`, where its modules are; their jars may not be on it, too."""
    shutil.rmtree(home, ignore_errors=True)
    jars = {path.name: path for path in installation.jars}
    for name, classname in MODULES.items():
        folder = home / "modules" / name
        folder.mkdir(parents=True)
        descriptor = DESCRIPTOR.format(name=name, classname=classname, version=installation.version)
        (folder / "plugin-descriptor.properties").write_text(descriptor)
        for artifact in (name, *BESIDE.get(name, ())):
            file = f"{artifact}-{installation.version}.jar"
            (folder / file).symlink_to(jars.pop(file))
    return os.pathsep.join(map(str, jars.values()))
